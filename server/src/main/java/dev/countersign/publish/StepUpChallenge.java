package dev.countersign.publish;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The challenge of a decision that a step-up may turn into a permit (RFC 9470 §3). */
final class StepUpChallenge {
    private StepUpChallenge() {}

    /** @param decision as AuthZEN writes it */
    static Optional<String> of(JsonNode decision) {
        for (var obligation : decision.at("/context/obligations")) {
            if (obligation.path("type").asString("").equals("step-up")) {
                var wanted = obligation.path("properties");
                var challenge = new StringBuilder("DPoP error=\"insufficient_user_authentication\"")
                        .append(", error_description=\"A fresh or stronger authentication is needed\"");
                if (wanted.path("acr_value").isString()) {
                    challenge
                            .append(", acr_values=\"")
                            .append(wanted.path("acr_value").stringValue())
                            .append('"');
                }
                if (wanted.path("max_age").isIntegralNumber()) {
                    challenge
                            .append(", max_age=\"")
                            .append(wanted.path("max_age").longValue())
                            .append('"');
                }
                return Optional.of(challenge.append(", algs=\"ES256 EdDSA\"").toString());
            }
        }
        return Optional.empty();
    }
}
