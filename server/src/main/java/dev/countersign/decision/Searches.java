package dev.countersign.decision;

import dev.countersign.Settings.Right;
import dev.countersign.decision.Identification.Identified;
import dev.countersign.decision.PageTokens.Page;
import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.key.RandomIds;
import dev.countersign.policy.Found;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.Search;
import dev.countersign.session.People;
import dev.countersign.session.SessionCheck;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Search APIs (AuthZEN §8): what would be permitted now. A result is what an evaluation of the same question would
 * permit; what an open requirement stands before is left out and counted.
 */
final class Searches {
    /** A page ends after this time although it is not full; the next one goes on. */
    static final Duration MAX_TIME = Duration.ofMillis(250);

    /** A page ends after so many evaluated candidates. */
    static final int MAX_EVALUATIONS = 200_000;

    private final SessionCheck sessions;
    private final Identification identification;
    private final Requirements requirements;
    private final Supplier<PolicySet> policies;
    private final StoredEntities entities;
    private final Surroundings surroundings;
    private final PageTokens tokens;
    private final Journal journal;
    private final RandomIds ids;
    private final InstantSource clock;

    Searches(
            SessionCheck sessions,
            People people,
            Requirements requirements,
            Supplier<PolicySet> policies,
            StoredEntities entities,
            Surroundings surroundings,
            PageTokens tokens,
            Journal journal,
            RandomIds ids,
            InstantSource clock) {
        this.sessions = sessions;
        this.identification = new Identification(people);
        this.requirements = requirements;
        this.policies = policies;
        this.entities = entities;
        this.surroundings = surroundings;
        this.tokens = tokens;
        this.journal = journal;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * One page, its evidence durable. Throws Problem 503 when it cannot be recorded.
     *
     * @param question with an empty id or name where {@code open} is
     * @param query hash of what is asked
     */
    SearchAnswer search(EnforcementPoint asker, Search.Open open, Question question, Page page, byte[] query) {
        var policy = policies.get();
        var id = ids.next("sr_");
        var now = clock.instant();
        var entry = entry(id, asker, open, question, policy, query);
        return switch (identify(asker, open, question, policy)) {
            case Identified.Unknown unknown -> {
                var session = unknown.session();
                if (session != null) {
                    entry.with("session", session.value());
                    surroundings.refused(session, unknown.code().word(), now);
                }
                journal.append(entry.with("code", unknown.code().word()).with("results", 0));
                yield new SearchAnswer(
                        id,
                        now,
                        policy.hash().value(),
                        List.of(),
                        0,
                        List.of(),
                        "",
                        new SearchAnswer.Refusal(unknown.code(), unknown.text()),
                        unknown.nonce());
            }
            case Identified.Known known -> {
                var session = known.session();
                if (session != null) {
                    entry.with("session", session.id().value());
                }
                var seen = session == null
                        ? surroundings.around(null, question.ip(), now)
                        : surroundings.acting(session, question.ip(), now);
                var facts = new Facts(asker, question, known.actor(), session, known.provedAt(), seen, null, null, now);
                var found = found(policy, open, facts, page);
                journal.append(entry.with("results", found.permitted().size())
                        .with("withheld", found.withheld())
                        .with("evaluated", found.evaluated())
                        .with("last_page", found.last() == null));
                yield new SearchAnswer(
                        id,
                        now,
                        policy.hash().value(),
                        found.permitted(),
                        found.withheld(),
                        found.requirements(),
                        next(page, found.last(), query),
                        null,
                        known.nonce());
            }
        };
    }

    /** Who acts. Where subjects are searched for nobody does; who asks about them must be one who may speak for them. */
    private Identified identify(EnforcementPoint asker, Search.Open open, Question question, PolicySet policy) {
        if (open != Search.Open.PRINCIPAL) {
            return withinGrant(identification.identify(
                    asker, question.subject(), question.presented(), sessions, policy.requests()));
        }
        return asker.may(Right.ASSERT)
                ? new Identified.Known(new Actor.Declared(SearchedEntities.nobody(question)), null, null, null)
                : new Identified.Unknown(
                        ReasonCode.INVALID_SESSION, "Only who may speak for subjects can search for them", null, null);
    }

    /** A session that is for certain transactions alone permits nothing that could be found. */
    private static Identified withinGrant(Identified identified) {
        return identified instanceof Identified.Known known
                        && known.session() != null
                        && !known.session().grant().details().isEmpty()
                ? new Identified.Unknown(
                        ReasonCode.TRANSACTION_MISMATCH,
                        "The session is for certain transactions alone",
                        known.session().id(),
                        known.nonce())
                : identified;
    }

    private Found found(PolicySet policy, Search.Open open, Facts facts, Page page) {
        var stored = entities.with(policy);
        var seen = new SearchedEntities(facts, stored, policy.claims(), identification, policy.requests(), open);
        var search = new Search(
                open,
                CedarRequests.request(facts, policy.requests()),
                stored,
                seen.known(),
                seen.around(),
                requirements.satisfied(facts));
        var deadline = facts.now().plus(MAX_TIME);
        var found = policy.search(
                search,
                page.after(),
                page.limit(),
                new Search.Budget(MAX_EVALUATIONS, () -> clock.instant().isAfter(deadline)));
        return found.only(seen::canBeAsked);
    }

    private String next(Page page, @Nullable String last, byte[] query) {
        return last == null ? "" : tokens.next(page, last, query);
    }

    /** Who searched for what. What was found is told by a count alone: the policy hash lets it be found again. */
    private static Entry entry(
            String id, EnforcementPoint asker, Search.Open open, Question question, PolicySet policy, byte[] query) {
        var subject = question.subject();
        var resource = question.resource();
        return Entry.of("search", id)
                .with("enforcement_point", asker.id())
                .with(
                        "for",
                        switch (open) {
                            case PRINCIPAL -> "subject";
                            case ACTION -> "action";
                            case RESOURCE -> "resource";
                        })
                .with("principal", subject.type() + "::" + subject.id())
                .with("action", question.action().name())
                .with("resource", resource.type() + "::" + resource.id())
                .with("query", HexFormat.of().formatHex(query))
                .with("policy", policy.hash().value());
    }
}
