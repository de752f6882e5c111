/** The Java SDK with which an enforcement point asks Countersign. */
@NullMarked
package dev.countersign.client;

import org.jspecify.annotations.NullMarked;
