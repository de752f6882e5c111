/** Whom we believe: keys of issuers and bundles of trust domains, fetched, refreshed and rotated. */
@NullMarked
package dev.countersign.trust;

import org.jspecify.annotations.NullMarked;
