package dev.countersign.policy;

/** A policy that could not be evaluated. Without a stack trace: errors are part of the language, not of the program. */
final class EvaluationError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EvaluationError(String message) {
        super(message, null, false, false);
    }

    static EvaluationError type(String expected, Value got) {
        return new EvaluationError("type error: expected " + expected + ", got " + got.typeName());
    }
}
