/**
 * Our tokens exchanged for narrower ones: for another audience, for who acts for somebody, for calls behind the edge. A token
 * that cannot be exchanged is answered with {@code invalid_request} (RFC 8693 §2.2.2).
 */
@NullMarked
package dev.countersign.downstream;

import org.jspecify.annotations.NullMarked;
