/** Devices: which one holds a session's key, and what is reported of it. */
@NullMarked
package dev.countersign.device;

import org.jspecify.annotations.NullMarked;
