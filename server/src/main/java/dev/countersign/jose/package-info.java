/** Signed tokens (JWS, JWK, JWT), read strictly: what is not understood is refused. */
@NullMarked
package dev.countersign.jose;

import org.jspecify.annotations.NullMarked;
