/**
 * The Java SDK with which an enforcement point asks Countersign.
 *
 * <p>{@link dev.countersign.client.Countersign} asks; a {@link dev.countersign.client.Decision} answers, and whatever
 * goes wrong on the way is an answer that does not permit. {@link dev.countersign.client.Challenges} turns an answer
 * that is no permit into what a resource server says to its own caller.
 */
@NullMarked
package dev.countersign.client;

import org.jspecify.annotations.NullMarked;
