/** Sessions as people see and end them: their own, and, where policy lets them, those of others. */
@NullMarked
package dev.countersign.supervision;

import org.jspecify.annotations.NullMarked;
