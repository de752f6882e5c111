/** A person's session at a running server, for commands: login with their own browser, bound to a key of the command. */
@NullMarked
package dev.countersign.cli.remote;

import org.jspecify.annotations.NullMarked;
