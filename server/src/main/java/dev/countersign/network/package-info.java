/** What is known of the network that somebody acts from: country, city, autonomous system, anonymity. */
@NullMarked
package dev.countersign.network;

import org.jspecify.annotations.NullMarked;
