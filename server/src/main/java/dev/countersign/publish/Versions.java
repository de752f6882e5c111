package dev.countersign.publish;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.policy.LivePolicySet;
import dev.countersign.policy.PolicyFault;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySource;
import dev.countersign.publish.PolicyVersion.Live;
import dev.countersign.publish.PolicyVersion.State;
import dev.countersign.session.Principal;
import dev.countersign.store.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The versions of this deployment: read and checked, kept, and turned live by compare-and-set. */
final class Versions {
    /** Most versions that wait for a decision at once. */
    static final int MAX_PROPOSED = 50;

    /** Most faults of one refusal. */
    static final int MAX_FAULTS = 100;

    private final Database database;
    private final Journal journal;
    private final VersionTrust trust;
    private final LiveStatements statements;
    private final LivePolicySet.Listener listener;
    private final InstantSource clock;

    /** @param listener whose {@link LivePolicySet.Listener#admit} a set must pass before it is proposed */
    Versions(
            Database database,
            Journal journal,
            VersionTrust trust,
            LiveStatements statements,
            LivePolicySet.Listener listener,
            InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.trust = trust;
        this.statements = statements;
        this.listener = listener;
        this.clock = clock;
    }

    Live live() {
        return database.read(VersionStore::live).orElseThrow(() -> Problem.unavailable("No version is live"));
    }

    List<PolicyVersion> list() {
        return database.read(VersionStore::list);
    }

    /** Throws Problem 404. */
    PolicyVersion find(String hash) {
        return known(hash).orElseThrow(() -> Problem.notFound("No such version"));
    }

    private Optional<PolicyVersion> known(String hash) {
        return database.read(handle -> VersionStore.find(handle, hash));
    }

    /** A version as sent: signed by a publisher for exactly these files. What does not fit is evidence, too. */
    PolicyVersion read(Principal author, String jws, byte[] packed) {
        try {
            var signed = trust.verify(jws);
            if (!Bundle.unpack(packed).hash().value().equals(signed.hash())) {
                throw new InvalidBundle(InvalidBundle.Reason.UNTRUSTED, "The signature is for another set");
            }
            return new PolicyVersion(
                    signed.hash(),
                    packed,
                    jws,
                    signed.publisher(),
                    signed.comment(),
                    signed.previous(),
                    author.toString(),
                    clock.instant(),
                    State.PROPOSED,
                    null,
                    null);
        } catch (InvalidBundle e) {
            journal.append(Entry.of("policy.refused", author.toString()).with("reason", e.text()));
            throw switch (e.reason()) {
                case MALFORMED -> new Problem(422, "invalid-bundle", e.text()).with("pointer", "/bundle");
                case TOO_LARGE -> new Problem(413, "bundle-too-large", e.text()).with("pointer", "/bundle");
                case UNTRUSTED -> new Problem(422, "untrusted-bundle", e.text()).with("pointer", "/signature");
            };
        }
    }

    /** Problem 409 for a set that was live before: an old set comes back by {@code restore} alone. */
    void refuseKnown(PolicyVersion version) {
        var known = known(version.hash());
        if (known.isPresent() && known.get().state() == State.SUPERSEDED && isTrusted(known.get())) {
            throw Problem.conflict("restore-it", "This set was live before; restore it instead");
        }
    }

    /** False for an old version whose publisher the settings no longer name: it may be signed anew. */
    private boolean isTrusted(PolicyVersion version) {
        try {
            trust.set(version);
            return true;
        } catch (PolicyLoadException e) {
            return false;
        }
    }

    /** Throws Problem 404, or 409 unless it waits for a decision. */
    PolicyVersion proposed(String hash) {
        var version = find(hash);
        return switch (version.state()) {
            case PROPOSED, LIVE -> version;
            case SUPERSEDED -> throw Problem.conflict("restore-it", "This set was live before; restore it instead");
            case REFUSED -> throw stale(live());
        };
    }

    /** Throws Problem 404, or 409 unless it was live before. */
    PolicyVersion superseded(String hash) {
        var version = find(hash);
        return switch (version.state()) {
            case SUPERSEDED, LIVE -> version;
            case PROPOSED, REFUSED -> throw Problem.conflict("never-live", "This set was never live");
        };
    }

    /** The set, verified, parsed, validated, and held to what it would govern. Throws Problem 422 with every fault. */
    PolicySet load(PolicyVersion version) {
        try {
            var set = trust.set(version);
            listener.admit(set);
            return set;
        } catch (PolicyLoadException e) {
            throw new Problem(422, "invalid-policies", "The set would be refused: " + summary(e.faults()))
                    .with(
                            "faults",
                            e.faults().stream()
                                    .limit(MAX_FAULTS)
                                    .map(Versions::json)
                                    .toList());
        }
    }

    private static String summary(List<PolicyFault> faults) {
        return faults.size() == 1 ? "1 fault" : faults.size() + " faults";
    }

    private static Map<String, Object> json(PolicyFault fault) {
        return Map.of(
                "file", fault.file(),
                "line", fault.line(),
                "column", fault.column(),
                "reason", fault.reason(),
                "source", fault.sourceLine(),
                "hint", fault.hint());
    }

    PolicySource source(String hash) throws PolicyLoadException {
        return trust.source(find(hash));
    }

    PolicySource source(PolicyVersion version) throws PolicyLoadException {
        return trust.source(version);
    }

    /** Keeps it until its decision. Throws Problem 429 when too many wait. */
    void keep(PolicyVersion version) {
        journal.<Boolean>commit((handle, evidence) -> {
            var known = VersionStore.find(handle, version.hash());
            if (known.isPresent()
                    && known.get().state() == State.PROPOSED
                    && String.valueOf(version.signature()).equals(known.get().signature())) {
                return false;
            }
            if (VersionStore.countProposed(handle) >= MAX_PROPOSED) {
                throw new Problem(429, "too-many-versions", "At most " + MAX_PROPOSED + " versions wait at once")
                        .header("Retry-After", "60");
            }
            VersionStore.propose(handle, version);
            evidence.record(Entry.of("policy.proposed", version.hash())
                    .with("previous", String.valueOf(version.previous()))
                    .with("publisher", version.publisher())
                    .with("by", version.proposedBy()));
            return true;
        });
    }

    /** Makes {@code version} live in the place of {@code before}. Throws Problem 409 when another one is there by now. */
    Live turn(PolicyAction action, Live before, PolicyVersion version, String evaluation, String receipt) {
        var number = before.version() + 1;
        var now = clock.instant();
        var next = new Live(number, version.hash(), statements.sign(number, version.hash(), receipt, now), now);
        return journal.commit((handle, evidence) -> {
            var live = VersionStore.live(handle).orElseThrow();
            if (live.version() != before.version() || !live.hash().equals(before.hash())) {
                throw stale(live);
            }
            if (action == PolicyAction.PUBLISH) {
                VersionStore.propose(handle, version);
            }
            if (!VersionStore.insert(handle, next)) {
                throw stale(live);
            }
            VersionStore.turn(handle, version.hash(), evaluation, receipt);
            evidence.record(Entry.of(action.evidence(), version.hash())
                    .with("version", number)
                    .with("previous", before.hash())
                    .with("publisher", version.publisher())
                    .with("evaluation_id", evaluation)
                    .with("receipt", receipt));
            return next;
        });
    }

    /** Problem 409: what is live is not what this was made to replace. */
    static Problem stale(Live live) {
        return Problem.conflict("other-version-live", "Another version is live than this one was made to replace")
                .with("live", live.hash());
    }
}
