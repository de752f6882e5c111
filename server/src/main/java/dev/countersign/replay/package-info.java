/** Decisions that were made, put to another policy set: simulation of a change, observation of a candidate. */
@NullMarked
package dev.countersign.replay;

import org.jspecify.annotations.NullMarked;
