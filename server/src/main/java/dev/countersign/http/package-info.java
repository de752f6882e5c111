/** What every route shares: bounded JSON in, problem documents out, pages and their headers. */
@NullMarked
package dev.countersign.http;

import org.jspecify.annotations.NullMarked;
