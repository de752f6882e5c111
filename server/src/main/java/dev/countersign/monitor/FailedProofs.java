package dev.countersign.monitor;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody presented the session's token without being able to prove its key. Whoever has no more than a token can do that: so
 * neither sign alone, nor both, may shut out the owner ({@link RiskLevel#HIGH}), and neither makes the newest finding newer.
 */
enum FailedProofs {
    FAILED_PROOF("T1550.001", 0.2), // Application Access Token
    REPLAYED_PROOF("T1550.001", 0.3);

    static final Set<String> IDS = Set.of(FAILED_PROOF.id(), REPLAYED_PROOF.id());

    private final String technique;
    private final double weight;

    FailedProofs(String technique, double weight) {
        this.technique = technique;
        this.weight = weight;
    }

    /** What a refusal with this reason code is a sign of, if of anything. */
    static Optional<FailedProofs> of(String code) {
        return switch (code) {
            case "invalid_proof", "proof_required" -> Optional.of(FAILED_PROOF);
            case "replayed_proof" -> Optional.of(REPLAYED_PROOF);
            default -> Optional.empty();
        };
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    String technique() {
        return technique;
    }

    double weight() {
        return weight;
    }
}
