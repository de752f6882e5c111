/** Certificates for this machine, so that what needs HTTPS can be shown on it. */
@NullMarked
package dev.countersign.lab.tls;

import org.jspecify.annotations.NullMarked;
