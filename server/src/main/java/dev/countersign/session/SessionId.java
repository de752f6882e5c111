package dev.countersign.session;

/** Names a session: {@code se_} and 128 random bits in base64url. Not a secret; a token is. */
public record SessionId(String value) {
    /** How every one begins. */
    public static final String PREFIX = "se_";

    public SessionId {
        if (!value.matches("se_[A-Za-z0-9_-]{22}")) {
            throw new IllegalArgumentException("Not a session id");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
