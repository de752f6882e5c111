package dev.countersign.session;

/** A DPoP proof that proves nothing. The message is one sentence and holds nothing of the proof. */
final class InvalidProof extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidProof(String message) {
        super(message, null, false, false);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
