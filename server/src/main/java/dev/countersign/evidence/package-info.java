/** Append-only, Merkle-logged record of every decision and state change; nothing is written without it. */
@NullMarked
package dev.countersign.evidence;

import org.jspecify.annotations.NullMarked;
