/** How approvers fare with what they are asked, for those who must see that nobody is worn down. */
@NullMarked
package dev.countersign.fatigue;

import org.jspecify.annotations.NullMarked;
