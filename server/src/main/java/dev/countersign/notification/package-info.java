/** Tells people that something waits for them: by mail, in their browsers, and to webhooks. A link, never a way to approve. */
@NullMarked
package dev.countersign.notification;

import org.jspecify.annotations.NullMarked;
