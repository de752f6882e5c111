package dev.countersign.decision;

import java.util.Locale;

/** Why a decision is what it is: the closed list of {@code context.reason.code}. */
enum ReasonCode {
    PERMITTED,
    NO_PERMIT,
    FORBIDDEN,
    POLICY_ERROR,
    STEP_UP_REQUIRED,
    APPROVAL_REQUIRED,
    SIGNATURE_REQUIRED,
    PROOF_REQUIRED,
    INVALID_SESSION,
    INVALID_PROOF,
    USE_DPOP_NONCE,
    REPLAYED_PROOF,
    SESSION_SUSPENDED,
    SESSION_ENDED,
    SUBJECT_MISMATCH,
    TRANSACTION_MISMATCH,
    ALREADY_SPENT,
    UNRESOLVED_OUTCOME;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** As answers and evidence write it. */
    String word() {
        return word;
    }

    /** From a session check's word. */
    static ReasonCode of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
