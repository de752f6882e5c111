/** Cedar for Java: load, validate, compile, evaluate. Knows nothing of the server. */
@NullMarked
package dev.countersign.policy;

import org.jspecify.annotations.NullMarked;
