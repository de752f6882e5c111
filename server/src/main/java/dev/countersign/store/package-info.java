/** The database: SQLite or PostgreSQL, connections and migrations. */
@NullMarked
package dev.countersign.store;

import org.jspecify.annotations.NullMarked;
