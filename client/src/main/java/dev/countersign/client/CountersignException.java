package dev.countersign.client;

/** Countersign did not do what was asked: it refused, or could not be reached in time. Holds no secret. */
public final class CountersignException extends RuntimeException {
    /** {@link #status()} when no answer came. */
    public static final int NO_ANSWER = 0;

    private final int status;

    CountersignException(int status, String message) {
        super(message);
        this.status = status;
    }

    CountersignException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** HTTP status of the answer, or {@link #NO_ANSWER}. */
    public int status() {
        return status;
    }
}
