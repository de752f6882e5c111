/** Tells enforcement points that a task is over, durably: AuthZEN Callback Notifications profile. */
@NullMarked
package dev.countersign.callback;

import org.jspecify.annotations.NullMarked;
