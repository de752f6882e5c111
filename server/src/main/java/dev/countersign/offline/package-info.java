/** Keys on devices without network: their codes, their enrolment, and what they are shown. */
@NullMarked
package dev.countersign.offline;

import org.jspecify.annotations.NullMarked;
