/** Sessions: the doors that open them, the keys that bind them, their lifetimes and their ends. */
@NullMarked
package dev.countersign.session;

import org.jspecify.annotations.NullMarked;
