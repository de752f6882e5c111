/**
 * Northgate, the demo bank: an ordinary web application that knows Countersign only through its client library. It keeps
 * accounts and orders in memory, asks before every action, and moves money only on a receipt that it has verified.
 */
@NullMarked
package dev.countersign.lab.bank;

import org.jspecify.annotations.NullMarked;
