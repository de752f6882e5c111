/** The lab's command line: the server's commands and those that prove it. */
@NullMarked
package dev.countersign.lab;

import org.jspecify.annotations.NullMarked;
