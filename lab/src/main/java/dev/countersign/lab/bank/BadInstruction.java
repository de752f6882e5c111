package dev.countersign.lab.bank;

import org.jspecify.annotations.Nullable;

/** The customer sent something the bank cannot read: 400, with the member at fault. */
final class BadInstruction extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadInstruction(String member, String reason) {
        super(member + ": " + reason, null, false, false);
    }

    static void unless(String member, @Nullable String value, String pattern) {
        if (value == null) {
            throw new BadInstruction(member, "Missing");
        }
        if (!value.matches(pattern)) {
            throw new BadInstruction(member, "Not a value that this can have");
        }
    }
}
