package dev.countersign.cli.policy;

/** A command cannot go on; the message says why, for the person at the terminal. */
final class ServerRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ServerRefusal(String message) {
        super(message, null, false, false);
    }

    /** What to print. */
    String text() {
        return String.valueOf(getMessage());
    }
}
