/** Transactions, approvals over exactly their bytes, and receipts. */
@NullMarked
package dev.countersign.transaction;

import org.jspecify.annotations.NullMarked;
