package dev.countersign.decision;

import static java.util.Objects.requireNonNull;

import dev.countersign.http.Fields;
import dev.countersign.policy.IpValue;
import dev.countersign.policy.Value;
import dev.countersign.session.Presented;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an enforcement point asks: an AuthZEN 1.0 evaluation request, its shape checked.
 *
 * @param pointer where it stands in the request, "" when it is the whole
 * @param subject who is said to act
 * @param action its name
 * @param resource on what
 * @param presented what the caller presented, or null when an asserting enforcement point speaks for the subject
 * @param ip client address that the enforcement point saw, or null
 * @param transaction {@code {id, type, details}}, not yet read, or null
 * @param approval id of the approval that the caller names, or null
 */
record Question(
        String pointer,
        Subject subject,
        String action,
        Resource resource,
        @Nullable Presented presented,
        @Nullable IpValue ip,
        @Nullable Fields transaction,
        @Nullable String approval) {
    Question {
        requireNonNull(pointer);
        requireNonNull(subject);
        requireNonNull(action);
        requireNonNull(resource);
    }

    /** AuthZEN §5.1. */
    record Subject(String type, String id) {}

    /** AuthZEN §5.2; {@code properties} as policies see them. */
    record Resource(String type, String id, Map<String, Value> properties) {
        Resource {
            properties = Map.copyOf(properties);
        }
    }
}
