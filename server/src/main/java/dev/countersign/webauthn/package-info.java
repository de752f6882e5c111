/** Authenticators of people: registration, assertions, step-up. */
@NullMarked
package dev.countersign.webauthn;

import org.jspecify.annotations.NullMarked;
