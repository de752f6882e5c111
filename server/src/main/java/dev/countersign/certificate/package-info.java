/** Client certificates: which one a request comes with, whether it is believed, and whom it stands for. */
@NullMarked
package dev.countersign.certificate;

import org.jspecify.annotations.NullMarked;
