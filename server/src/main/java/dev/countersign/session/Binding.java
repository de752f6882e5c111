package dev.countersign.session;

/** The key that a session is tied to. Without its proof, no decision. */
public sealed interface Binding {
    /** No key; policy decides what such a session may do. */
    record None() implements Binding {}

    /** A DPoP key, by its RFC 7638 SHA-256 thumbprint (RFC 9449 §6.1 {@code jkt}). */
    record DpopKey(String thumbprint) implements Binding {}

    /** A client certificate, by the base64url SHA-256 of its DER (RFC 8705 §3.1 {@code x5t#S256}). */
    record Certificate(String sha256) implements Binding {}

    /** A browser's DBSC key, by its RFC 7638 SHA-256 thumbprint: the session acts in that browser alone. */
    record DbscKey(String thumbprint) implements Binding {}

    /** The {@code token_type} of its tokens: one that is bound to a certificate is used as Bearer (RFC 8705 §3). */
    default String tokenType() {
        return this instanceof DpopKey ? "DPoP" : "Bearer";
    }

    /** The word policies see in {@code context.session.binding}: {@code none}, {@code dpop}, {@code mtls}, {@code dbsc}. */
    default String kind() {
        return switch (this) {
            case None none -> "none";
            case DpopKey key -> "dpop";
            case Certificate certificate -> "mtls";
            case DbscKey key -> "dbsc";
        };
    }
}
