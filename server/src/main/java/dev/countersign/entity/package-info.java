/** The stored entity graph: loaded by feeds, kept in the database, in memory on every node, and used in every decision. */
@NullMarked
package dev.countersign.entity;

import org.jspecify.annotations.NullMarked;
