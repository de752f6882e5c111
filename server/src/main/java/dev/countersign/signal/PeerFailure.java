package dev.countersign.signal;

/** Another server did not answer as agreed: try again later. The message holds nothing of what was sent or answered. */
final class PeerFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PeerFailure(String message) {
        super(message, null, false, false);
    }
}
