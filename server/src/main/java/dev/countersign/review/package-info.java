/** What must be looked at afterwards: each use of a permit that is for emergencies. */
@NullMarked
package dev.countersign.review;

import org.jspecify.annotations.NullMarked;
