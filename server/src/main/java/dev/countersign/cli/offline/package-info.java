/** {@code countersign offline-keygen} and {@code offline-sign}: the reference of a signer that has no network. */
@NullMarked
package dev.countersign.cli.offline;

import org.jspecify.annotations.NullMarked;
