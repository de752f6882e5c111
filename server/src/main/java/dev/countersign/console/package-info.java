/** People's view of sessions, approvals and decisions. */
@NullMarked
package dev.countersign.console;

import org.jspecify.annotations.NullMarked;
