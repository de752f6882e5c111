/** The AuthZEN endpoints and the decision behind them. */
@NullMarked
package dev.countersign.decision;

import org.jspecify.annotations.NullMarked;
