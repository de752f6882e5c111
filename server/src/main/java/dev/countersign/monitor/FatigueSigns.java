package dev.countersign.monitor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Signs that approvers are being worn down by whoever acts in the session. Found where requests are answered, not by a look at an
 * action: so they are kept as reports of our own, which are durable with the answer that they came of, and fade like findings.
 */
public enum FatigueSigns {
    /** Asked again and again for what nobody gives. */
    PROMPTS_REFUSED(0.3),

    /** Approved after many like it were refused: how it looks when wearing down succeeds. */
    APPROVED_AFTER_REFUSALS(0.6);

    /** MITRE ATT&amp;CK: Multi-Factor Authentication Request Generation. */
    static final String TECHNIQUE = "T1621";

    /** Begins the source of a report of our own; others go by the address of their issuer. */
    private static final String OURS = "countersign/";

    private final double weight;

    FatigueSigns(double weight) {
        this.weight = weight;
    }

    /** The word in {@code context.risk.reasons}. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The chance that somebody else acts when this is found and nothing else: a judgement, as a {@link Detector}'s. */
    double weight() {
        return weight;
    }

    String source() {
        return OURS + id();
    }

    RiskLevel level() {
        return RiskLevel.of((int) Math.round(100 * weight));
    }

    /** Which one a report's source is, if any. */
    static Optional<FatigueSigns> of(String source) {
        return source.startsWith(OURS)
                ? Arrays.stream(values())
                        .filter(sign -> sign.source().equals(source))
                        .findFirst()
                : Optional.empty();
    }
}
