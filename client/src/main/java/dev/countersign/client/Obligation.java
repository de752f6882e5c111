package dev.countersign.client;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that has to happen before (or, with a permit, together with) the action. AuthZEN obligations.
 *
 * @param type such as {@code step-up} or {@code approval}
 * @param properties JSON values as Java values
 */
public record Obligation(String id, String type, Map<String, Object> properties) {
    /** Authenticate again, see {@link #acrValue} and {@link #maxAgeSeconds}. */
    public static final String STEP_UP = "step-up";

    public Obligation {
        properties = Map.copyOf(properties);
    }

    /** The authentication context class that a step-up has to reach. */
    public @Nullable String acrValue() {
        if (properties.get("acr_value") instanceof String one) {
            return one;
        }
        return properties.get("acr_values") instanceof List<?> several
                        && !several.isEmpty()
                        && several.get(0) instanceof String first
                ? first
                : null;
    }

    /** How old the authentication may be, in seconds. */
    public @Nullable Long maxAgeSeconds() {
        return properties.get("max_age") instanceof Number age ? age.longValue() : null;
    }
}
