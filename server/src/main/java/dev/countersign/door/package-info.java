/** Doors for tokens that others issued: what must be true of each kind before a session begins with it. */
@NullMarked
package dev.countersign.door;

import org.jspecify.annotations.NullMarked;
