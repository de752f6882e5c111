package dev.countersign.transaction;

import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An action with details that matter. Its canonical bytes are the JCS (RFC 8785) form of
 * {@code {"action","audience","details","id","requester","resource","type"}}, so that who asks for what on which resource
 * at which enforcement point is bound as firmly as the details are.
 *
 * @param enforcementPoint the {@code audience}
 * @param id chosen by the enforcement point, unique there
 * @param type e.g. {@code payment}
 * @param requester who asks
 * @param person the human behind the requester
 * @param details as validated by the type's JSON Schema
 * @param decimals JSON Pointers into {@code details} of the strings that are decimals; {@code *} stands for an array index
 * @param canonical the bytes that are hashed, shown and signed
 * @param moved the money that it moves, or null
 * @param lines of a batch, whose place in {@code canonical} their root takes; else null
 */
public record Transaction(
        String enforcementPoint,
        String id,
        String type,
        Principal requester,
        Person person,
        String action,
        String resourceType,
        String resourceId,
        JsonNode details,
        Set<String> decimals,
        @Nullable Moved moved,
        byte[] canonical,
        byte @Nullable [] lines,
        TransactionHash hash) {}
