/** Logging people in at an identity provider, the browser's session by cookie, and authorization codes. */
@NullMarked
package dev.countersign.login;

import org.jspecify.annotations.NullMarked;
