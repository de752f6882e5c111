package dev.countersign.publish;

/** A bundle that is not taken; the message is for whoever sent it. */
public final class InvalidBundle extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    InvalidBundle(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }

    /** What is said of it. */
    String text() {
        return String.valueOf(getMessage());
    }

    /** Kinds of faults. */
    enum Reason {
        /** Not a bundle at all. */
        MALFORMED,

        /** Over a limit. */
        TOO_LARGE,

        /** Not signed by a publisher of the settings, or for other files. */
        UNTRUSTED
    }
}
