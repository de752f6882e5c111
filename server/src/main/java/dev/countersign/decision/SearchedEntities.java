package dev.countersign.decision;

import dev.countersign.decision.Question.Subject;
import dev.countersign.policy.ClaimMapping;
import dev.countersign.policy.Entities;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.RequestSchema;
import dev.countersign.policy.Search;
import dev.countersign.session.Person;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The entities of a search: those that an evaluation of the same question about a candidate would see, made cheaply. */
final class SearchedEntities {
    private final Facts facts;
    private final Entities stored;
    private final ClaimMapping claims;
    private final Identification identification;
    private final RequestSchema schema;
    private final Entities known;
    private final EntityUid resource;
    private final Search.Open open;
    private final String type;
    private final boolean accounts;

    SearchedEntities(
            Facts facts,
            Entities stored,
            ClaimMapping claims,
            Identification identification,
            RequestSchema schema,
            Search.Open open) {
        this.open = open;
        this.type = facts.question().subject().type();
        this.accounts = Identification.isAccount(type);
        this.facts = facts;
        this.stored = stored;
        this.claims = claims;
        this.identification = identification;
        this.schema = schema;
        var asked = facts.question().resource();
        this.resource = new EntityUid(asked.type(), asked.id());
        this.known = switch (open) {
            case PRINCIPAL -> stored.with(List.of(CedarRequests.resource(asked, stored)));
            case RESOURCE -> stored.with(List.of(CedarRequests.principal(facts, claims, stored, schema)));
            case ACTION -> CedarRequests.entities(facts, claims, stored, schema);
        };
    }

    /** Stands where the subject is that is searched for. */
    static EntityUid nobody(Question question) {
        return new EntityUid(question.subject().type(), "");
    }

    /** As the known parts are seen. */
    Entities known() {
        return known;
    }

    /** As a candidate is seen, where that is otherwise; null where it is the same for all. */
    @Nullable
    Function<EntityUid, Entities> around() {
        return switch (open) {
            case ACTION -> null;
            case RESOURCE -> stored.isGroup(facts.actor().uid()) ? this::aroundResource : null;
            case PRINCIPAL -> accounts || type.equals(resource.type()) ? this::aroundPrincipal : null;
        };
    }

    /** False for a stored account that nobody can have: an evaluation about it permits nothing. */
    boolean canBeAsked(EntityUid candidate) {
        return open != Search.Open.PRINCIPAL || !accounts || Person.isId(candidate.id());
    }

    /** Only what is in the principal is seen otherwise through it: the principal's session may bring groups along. */
    private Entities aroundResource(EntityUid candidate) {
        var principal = facts.actor().uid();
        if (candidate.equals(principal) || !stored.isIn(candidate, principal)) {
            return known;
        }
        var asked = new Question.Resource(candidate.type(), candidate.id(), Map.of());
        return stored.with(
                List.of(CedarRequests.principal(facts, claims, stored, schema), CedarRequests.resource(asked, stored)));
    }

    /** An account has attributes that no folder stores; any other candidate is as it is stored. */
    private Entities aroundPrincipal(EntityUid candidate) {
        var actor = identification.actor(new Subject(candidate.type(), candidate.id(), Map.of()), schema);
        if (actor instanceof Actor.Account account) {
            var entity = PrincipalEntity.of(account.principal(), account.person(), stored);
            return candidate.equals(resource) ? stored.with(List.of(entity)) : known.with(List.of(entity));
        }
        return candidate.equals(resource) ? stored : known;
    }
}
