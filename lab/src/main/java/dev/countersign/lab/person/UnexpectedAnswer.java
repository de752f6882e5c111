package dev.countersign.lab.person;

/** A step of a visitor did not go as it should; says the status and the body. */
public final class UnexpectedAnswer extends RuntimeException {
    private final transient Hop hop;

    UnexpectedAnswer(String doing, Hop hop) {
        super(doing + ": " + hop.method() + " " + hop.uri() + " answered " + hop.status() + "\n" + hop.body());
        this.hop = hop;
    }

    public Hop hop() {
        return hop;
    }
}
