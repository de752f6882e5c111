/** The demo: an identity provider, Countersign and the bank on this machine, and the story that walks through them. */
@NullMarked
package dev.countersign.lab.demo;

import org.jspecify.annotations.NullMarked;
