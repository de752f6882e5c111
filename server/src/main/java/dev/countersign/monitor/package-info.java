/** Risk: how likely it is that somebody else acts in a session. */
@NullMarked
package dev.countersign.monitor;

import org.jspecify.annotations.NullMarked;
