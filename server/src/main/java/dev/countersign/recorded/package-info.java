/** Records of decisions: what policies were asked and what they said, kept for a while to look at and to replay. */
@NullMarked
package dev.countersign.recorded;

import org.jspecify.annotations.NullMarked;
