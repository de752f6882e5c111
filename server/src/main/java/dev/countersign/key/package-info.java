/** Signing keys: made, encrypted at rest, published, rotated. */
@NullMarked
package dev.countersign.key;

import org.jspecify.annotations.NullMarked;
