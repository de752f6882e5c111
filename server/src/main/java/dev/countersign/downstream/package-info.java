/** Our tokens exchanged for narrower ones: for another audience, for who acts for somebody, for calls behind the edge. */
@NullMarked
package dev.countersign.downstream;

import org.jspecify.annotations.NullMarked;
