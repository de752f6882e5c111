/** What people see of a transaction: a pure function of its bytes, the type's template and a locale. */
@NullMarked
package dev.countersign.display;

import org.jspecify.annotations.NullMarked;
