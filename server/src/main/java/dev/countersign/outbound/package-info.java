/** What we fetch from, and send to, other servers: bounded, over TLS, and not into our own network for others. */
@NullMarked
package dev.countersign.outbound;

import org.jspecify.annotations.NullMarked;
