package dev.countersign.session;

/** An ID token that opens nothing. The message is one sentence for the caller and holds nothing of the token. */
public final class InvalidIdToken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidIdToken(String message) {
        super(message, null, false, false);
    }

    /** The sentence. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
