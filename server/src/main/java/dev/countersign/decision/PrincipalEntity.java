package dev.countersign.decision;

import dev.countersign.policy.ClaimMapping;
import dev.countersign.policy.Entities;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.MappedClaims;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.StringValue;
import dev.countersign.policy.Value;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import dev.countersign.session.Session;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** A principal as every policy of ours sees it, whoever asks: name, person, mapped claims, and all groups. */
public final class PrincipalEntity {
    private static final String GROUP = "Group";

    private PrincipalEntity() {}

    /** Without a session: what is stored of it, its name and its person. */
    public static Entity of(Principal principal, Person person, Entities stored) {
        return of(principal, person, Map.of(), stored);
    }

    /** As {@link #of(Principal, Person, Entities)}, with what the enforcement point says of it: all else wins over that. */
    static Entity of(Principal principal, Person person, Map<String, Value> said, Entities stored) {
        return of(principal, person, Set.of(), MappedClaims.NONE, said, stored);
    }

    /** In a session. What is stored of the account wins over claims that {@code mapping} still maps; groups add up. */
    public static Entity of(Session session, ClaimMapping mapping, Entities stored) {
        return of(session, mapping, Map.of(), stored);
    }

    /** As {@link #of(Session, ClaimMapping, Entities)}, with what the enforcement point says: all else wins over that. */
    static Entity of(Session session, ClaimMapping mapping, Map<String, Value> said, Entities stored) {
        // What a door kept of a workload's token is no claim of a person, which the mapping is about.
        var claims = session.principal().kind() == Principal.Kind.USER
                ? mapping.stillMapped(session.claims())
                : session.claims();
        return of(session.principal(), session.person(), session.groups(), claims, said, stored);
    }

    private static Entity of(
            Principal principal,
            Person person,
            Set<String> groups,
            MappedClaims claims,
            Map<String, Value> said,
            Entities stored) {
        var attributes = new LinkedHashMap<>(said);
        attributes.putAll(claims.attributes().members());
        attributes.put("name", new StringValue(principal.id()));
        attributes.put("person", new StringValue(person.id()));
        var parents = new LinkedHashSet<>(claims.groups());
        groups.forEach(group -> parents.add(new EntityUid(GROUP, group)));
        return merged(uid(principal), attributes, parents, stored);
    }

    static EntityUid uid(Principal principal) {
        return new EntityUid(principal.type(), principal.id());
    }

    /** What is stored of an entity wins over what came with the request; groups add up. */
    static Entity merged(EntityUid uid, Map<String, Value> attributes, Collection<EntityUid> groups, Entities stored) {
        var known = stored.get(uid);
        if (known == null) {
            return new Entity(uid, RecordValue.of(attributes), Set.copyOf(groups), RecordValue.EMPTY);
        }
        attributes.putAll(known.attributes().members());
        var parents = new LinkedHashSet<>(groups);
        parents.addAll(known.parents());
        return new Entity(uid, RecordValue.of(attributes), parents, known.tags());
    }
}
