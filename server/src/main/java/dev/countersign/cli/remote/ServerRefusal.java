package dev.countersign.cli.remote;

/** A command cannot go on; the message says why, for the person at the terminal. */
public final class ServerRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ServerRefusal(String message) {
        super(message, null, false, false);
    }

    /** What to print. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
