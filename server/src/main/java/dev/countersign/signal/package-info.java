/** Security events in and out: Shared Signals Framework, CAEP, RISC, and OpenID Connect back-channel logout. */
@NullMarked
package dev.countersign.signal;

import org.jspecify.annotations.NullMarked;
