/** Versions of the policy set: signed by a publisher, made live by a decision, verified again by every node. */
@NullMarked
package dev.countersign.publish;

import org.jspecify.annotations.NullMarked;
