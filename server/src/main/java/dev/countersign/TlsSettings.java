package dev.countersign;

import java.nio.file.Path;

/**
 * How the listener speaks TLS itself.
 *
 * @param certificate PEM file with our certificate, then the intermediate ones
 * @param key PEM file with its private key, PKCS #8
 */
public record TlsSettings(Path certificate, Path key) {}
