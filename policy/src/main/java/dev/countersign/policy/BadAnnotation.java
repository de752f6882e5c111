package dev.countersign.policy;

/** An annotation that fails the load. */
final class BadAnnotation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final String hint;

    /**
     * @param name of the annotation, which may be missing
     * @param hint what to write instead
     */
    BadAnnotation(String name, String reason, String hint) {
        super(reason, null, false, false);
        this.name = name;
        this.hint = hint;
    }

    PolicyFault in(PolicyText policy) {
        return policy.annotationFault(name, String.valueOf(getMessage()), hint);
    }
}
