package dev.countersign.transaction;

/**
 * What makes one challenge unlike any other.
 *
 * @param value base64url
 * @param shown what the person sees while they are asked
 */
record Nonce(String value, Shown shown) {}
