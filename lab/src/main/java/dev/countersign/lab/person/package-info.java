/** A headless person: a browser, an authenticator and the page of the bank, over real HTTP only. */
@NullMarked
package dev.countersign.lab.person;

import org.jspecify.annotations.NullMarked;
