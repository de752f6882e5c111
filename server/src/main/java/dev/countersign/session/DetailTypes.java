package dev.countersign.session;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The types of {@code authorization_details} (RFC 9396 §2): the deployment's transaction types. */
public interface DetailTypes {
    Set<String> names();

    /**
     * Refuses details that are not of this type. Throws {@link dev.countersign.http.Problem} 400 naming the member.
     *
     * @param type one of {@link #names()}
     * @param pointer where the details stand
     */
    void validate(String type, JsonNode details, String pointer);
}
