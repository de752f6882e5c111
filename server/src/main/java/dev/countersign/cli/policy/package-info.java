/** What {@code countersign policy} can do, one class per command. */
@NullMarked
package dev.countersign.cli.policy;

import org.jspecify.annotations.NullMarked;
