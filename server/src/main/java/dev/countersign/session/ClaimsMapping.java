package dev.countersign.session;

import dev.countersign.policy.MappedClaims;
import tools.jackson.databind.JsonNode;

/** Decides what a session keeps of the claims of its login. */
@FunctionalInterface
public interface ClaimsMapping {
    /**
     * Throws {@link IllegalArgumentException}, with a reason that holds no claim's value, when they are not what was agreed
     * with the provider: then nobody is logged in.
     */
    MappedClaims of(JsonNode claims);
}
