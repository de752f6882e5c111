package dev.countersign.signal;

import dev.countersign.Settings.IdentityProvider;
import dev.countersign.http.Json;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.MappedClaims;
import dev.countersign.session.IdentityProviders;
import dev.countersign.session.Session;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a session's groups and mapped claims are after some claims of its login changed (CAEP 1.0 §3.2). */
record ChangedClaims(Set<String> groups, MappedClaims claims) {
    /** Most groups of one person. */
    static final int MAX_GROUPS = 500;

    /** Longest name of a group, characters. */
    static final int MAX_NAME = 255;

    private static final String GROUP = "Group";

    /** Empty when only a new login can tell: who it is has changed, a claim is gone or is not what was agreed. */
    static Optional<ChangedClaims> of(
            JsonNode changed, Session session, IdentityProvider provider, IdentityProviders providers) {
        if (changed.has("sub") || changed.has(provider.principalClaim()) || anyGone(changed)) {
            return Optional.empty();
        }
        try {
            var mapped = providers.mapped(changed);
            var merged = merged(session.claims(), mapped);
            var groups = groups(changed.get(provider.groupsClaim()), session, mapped);
            return groups.size() > MAX_GROUPS ? Optional.empty() : Optional.of(new ChangedClaims(groups, merged));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean anyGone(JsonNode changed) {
        return changed.properties().stream().anyMatch(claim -> claim.getValue().isNull());
    }

    /** Attributes and types of groups that the change speaks of are replaced, the others stay. */
    private static MappedClaims merged(MappedClaims before, MappedClaims change) {
        if (change.json().isEmpty()) {
            return before;
        }
        if (before.json().isEmpty()) {
            return change;
        }
        var kept = (ObjectNode) Json.MAPPER.readTree(before.json());
        var next = Json.MAPPER.readTree(change.json());
        var attributes = kept.withObject("/attrs");
        next.path("attrs").properties().forEach(claim -> attributes.set(claim.getKey(), claim.getValue()));
        var types = types(change);
        var parents = Json.MAPPER.createArrayNode();
        for (var parent : kept.path("parents")) {
            if (!types.contains(parent.path("type").asString(""))) {
                parents.add(parent);
            }
        }
        next.path("parents").forEach(parents::add);
        kept.set("parents", parents);
        return MappedClaims.parse(Json.MAPPER.writeValueAsString(kept));
    }

    private static Set<String> types(MappedClaims claims) {
        return claims.groups().stream().map(EntityUid::type).collect(Collectors.toSet());
    }

    private static Set<String> groups(@Nullable JsonNode claim, Session session, MappedClaims change) {
        var groups = new LinkedHashSet<>(session.groups());
        var mappedBefore = names(session.claims());
        if (claim != null) {
            groups.retainAll(mappedBefore);
            for (var name :
                    claim.isArray() ? claim : Json.MAPPER.createArrayNode().add(claim)) {
                if (!name.isString()
                        || name.stringValue().isEmpty()
                        || name.stringValue().length() > MAX_NAME) {
                    throw new IllegalArgumentException("a group has no name");
                }
                groups.add(name.stringValue());
            }
        }
        if (types(change).contains(GROUP)) {
            groups.removeAll(mappedBefore);
            groups.addAll(names(change));
        }
        return groups;
    }

    private static Set<String> names(MappedClaims claims) {
        return claims.groups().stream()
                .filter(group -> group.type().equals(GROUP))
                .map(EntityUid::id)
                .collect(Collectors.toSet());
    }
}
