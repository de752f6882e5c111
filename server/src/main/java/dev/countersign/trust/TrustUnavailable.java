package dev.countersign.trust;

/** Keys cannot be had just now, or only ones that are too old to be believed. The message is one sentence. */
public final class TrustUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TrustUnavailable(String message) {
        super(message, null, false, false);
    }

    /** The sentence. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
