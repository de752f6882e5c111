/** People find out what became of transactions whose outcome is unknown, and say so. */
@NullMarked
package dev.countersign.resolution;

import org.jspecify.annotations.NullMarked;
