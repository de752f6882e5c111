/** Our own TLS: the key that we show, what we ask of callers, and files that change while we run. */
@NullMarked
package dev.countersign.tls;

import org.jspecify.annotations.NullMarked;
