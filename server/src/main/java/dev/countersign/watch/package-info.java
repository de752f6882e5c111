/** Looking at something again and again. */
@NullMarked
package dev.countersign.watch;

import org.jspecify.annotations.NullMarked;
