/** Signing keys: made, encrypted at rest, published, rotated; and the primitives everybody uses: SHA-256, random names. */
@NullMarked
package dev.countersign.key;

import org.jspecify.annotations.NullMarked;
