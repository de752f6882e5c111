/** Is it alive, and can it decide. */
@NullMarked
package dev.countersign.health;

import org.jspecify.annotations.NullMarked;
