package dev.countersign.jose;

/** A token, proof or key that is not acceptable. The message is one sentence and holds nothing of the token. */
public final class InvalidJws extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidJws(String message) {
        super(message, null, false, false);
    }

    /** The sentence. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
