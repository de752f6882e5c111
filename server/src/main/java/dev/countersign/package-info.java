/** The server: the composition root and its settings. */
@NullMarked
package dev.countersign;

import org.jspecify.annotations.NullMarked;
