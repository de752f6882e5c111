package dev.countersign.policy;

/** JSON that is not in Cedar's format. The message names the place by JSON Pointer (RFC 6901) and what is wrong there. */
public final class CedarJsonException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String pointer;
    private final String reason;

    CedarJsonException(String pointer, String reason) {
        super(pointer.isEmpty() ? reason : pointer + ": " + reason);
        this.pointer = pointer;
        this.reason = reason;
    }

    /** {@code refusal} as seen from outside of a member or element. Made on the way out: what is well-formed pays nothing. */
    static CedarJsonException inside(Object nameOrIndex, IllegalArgumentException refusal) {
        var token = String.valueOf(nameOrIndex).replace("~", "~0").replace("/", "~1");
        return refusal instanceof CedarJsonException inner
                ? new CedarJsonException("/" + token + inner.pointer, inner.reason)
                : new CedarJsonException("/" + token, String.valueOf(refusal.getMessage()));
    }

    /** Where, from the root of what was read; empty for the root itself. */
    public String pointer() {
        return pointer;
    }

    /** What is wrong there, without the place. */
    public String reason() {
        return reason;
    }
}
