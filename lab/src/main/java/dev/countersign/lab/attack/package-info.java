/** The attack lab: each attack over the network, as an attacker would, beside the honest action that must succeed. */
@NullMarked
package dev.countersign.lab.attack;

import org.jspecify.annotations.NullMarked;
