/** {@code countersign receipt}: proofs of transactions, verified without a server. */
@NullMarked
package dev.countersign.cli.receipt;

import org.jspecify.annotations.NullMarked;
