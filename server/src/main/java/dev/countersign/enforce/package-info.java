/** Enforcement points and how they authenticate. */
@NullMarked
package dev.countersign.enforce;

import org.jspecify.annotations.NullMarked;
