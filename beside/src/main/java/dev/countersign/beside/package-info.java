/**
 * Another engine on the policies of the {@code policy} bench. A module and a process of its own: its libraries are other
 * versions of ours, and nothing of it comes near the server.
 */
@NullMarked
package dev.countersign.beside;

import org.jspecify.annotations.NullMarked;
