package dev.countersign.signal;

/** A security event token that we do not take, as RFC 8935 §2.4 and RFC 8936 §2.6 answer. Holds nothing of the token. */
final class RefusedSet extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    RefusedSet(Code code, String description) {
        super(description, null, false, false);
        this.code = code;
    }

    Code code() {
        return code;
    }

    /** One sentence. */
    String description() {
        return String.valueOf(getMessage());
    }

    /** The registered error codes. */
    enum Code {
        INVALID_REQUEST("invalid_request"),
        INVALID_KEY("invalid_key"),
        INVALID_ISSUER("invalid_issuer"),
        INVALID_AUDIENCE("invalid_audience"),
        AUTHENTICATION_FAILED("authentication_failed"),
        ACCESS_DENIED("access_denied"),
        /** SSF 1.0 §8.1.4.1. */
        INVALID_STATE("invalid_state");

        private final String err;

        Code(String err) {
            this.err = err;
        }

        String err() {
            return err;
        }
    }
}
