/** {@code countersign approve}: signing from a terminal, with an authenticator in software. */
@NullMarked
package dev.countersign.cli.approve;

import org.jspecify.annotations.NullMarked;
