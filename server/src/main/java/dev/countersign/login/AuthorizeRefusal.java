package dev.countersign.login;

/** An answer to the application instead of a code (RFC 6749 §4.1.2.1). The description is ours, never the caller's text. */
final class AuthorizeRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String error;

    AuthorizeRefusal(String error, String description) {
        super(description, null, false, false);
        this.error = error;
    }

    String error() {
        return error;
    }

    String description() {
        return String.valueOf(getMessage());
    }
}
