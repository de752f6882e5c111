package dev.countersign.policy;

import dev.countersign.policy.Explanation.ConditionFinding;
import dev.countersign.policy.Explanation.Finding;
import dev.countersign.policy.Explanation.HeadFinding;
import dev.countersign.policy.Explanation.Outcome;
import dev.countersign.policy.Explanation.Reading;
import dev.countersign.policy.SourcedPolicy.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evaluates a policy once more, piece by piece, and notes what each piece came to. */
final class Tracer {
    private static final List<String> PARTS = List.of("principal", "action", "resource");

    private final Environment environment;

    Tracer(Environment environment) {
        this.environment = environment;
    }

    List<HeadFinding> head(SourcedPolicy policy) {
        var request = environment.request();
        var compiled = policy.compiled();
        var uids = List.of(request.principal(), request.action(), request.resource());
        var scopes = List.of(compiled.principal(), compiled.action(), compiled.resource());
        var findings = new ArrayList<HeadFinding>();
        for (var i = 0; i < PARTS.size(); i++) {
            findings.add(new HeadFinding(
                    PARTS.get(i),
                    policy.head().isEmpty() ? policy.source() : policy.head().get(i),
                    scopes.get(i).matches(uids.get(i), environment),
                    uids.get(i),
                    groups(uids.get(i))));
        }
        return findings;
    }

    /** Every condition. Those after one that fails decide nothing, but people want to know what comes next. */
    List<ConditionFinding> conditions(SourcedPolicy policy) {
        var findings = new ArrayList<ConditionFinding>();
        var reached = true;
        for (var condition : policy.conditions()) {
            var finding = new ConditionFinding(condition.isWhen(), reached, trace(condition.piece()));
            findings.add(finding);
            reached &= finding.holds();
        }
        return findings;
    }

    private Finding trace(Piece piece) {
        return switch (piece.form()) {
            case WHOLE -> whole(piece);
            case ALL -> chain(piece, Outcome.FALSE, Outcome.TRUE);
            case ANY -> chain(piece, Outcome.TRUE, Outcome.FALSE);
            case NOT -> {
                var part = trace(piece.pieces().getFirst());
                yield compound(piece, opposite(part.outcome()), List.of(part));
            }
            case CHOICE -> {
                var test = trace(piece.pieces().getFirst());
                var then = branch(piece.pieces().get(1), test.outcome() == Outcome.TRUE);
                var otherwise = branch(piece.pieces().get(2), test.outcome() == Outcome.FALSE);
                var chosen = test.outcome() == Outcome.TRUE ? then : otherwise;
                var outcome = test.outcome() == Outcome.ERROR ? Outcome.ERROR : chosen.outcome();
                yield compound(piece, outcome, List.of(test, then, otherwise));
            }
        };
    }

    private Finding branch(Piece piece, boolean chosen) {
        return chosen ? trace(piece) : skipped(piece);
    }

    private static Outcome opposite(Outcome outcome) {
        return switch (outcome) {
            case TRUE -> Outcome.FALSE;
            case FALSE -> Outcome.TRUE;
            case ERROR, NOT_EVALUATED -> outcome;
        };
    }

    /** Parts in order until one has the outcome that decides, or is in error. */
    private Finding chain(Piece piece, Outcome deciding, Outcome otherwise) {
        var parts = new ArrayList<Finding>();
        var outcome = otherwise;
        for (var part : piece.pieces()) {
            if (outcome != otherwise) {
                parts.add(skipped(part));
                continue;
            }
            var finding = trace(part);
            parts.add(finding);
            outcome = finding.outcome() == deciding || finding.outcome() == Outcome.ERROR ? finding.outcome() : outcome;
        }
        return compound(piece, outcome, parts);
    }

    private static Finding compound(Piece piece, Outcome outcome, List<Finding> parts) {
        return new Finding(piece.source(), outcome, List.of(), List.copyOf(parts), null);
    }

    private static Finding skipped(Piece piece) {
        return new Finding(piece.source(), Outcome.NOT_EVALUATED, List.of(), List.of(), null);
    }

    private Finding whole(Piece piece) {
        var outcome = Outcome.ERROR;
        @Nullable String error = null;
        try {
            outcome = piece.expression().test(environment) ? Outcome.TRUE : Outcome.FALSE;
        } catch (EvaluationError e) {
            error = String.valueOf(e.getMessage());
        }
        var readings = piece.reads().stream().map(this::reading).toList();
        return new Finding(piece.source(), outcome, readings, List.of(), error);
    }

    private Reading reading(AttributePath path) {
        var value = path.value(environment);
        return new Reading(
                path.text(), value, path.isPlaced() && value instanceof EntityUid uid ? groups(uid) : List.of());
    }

    private List<EntityUid> groups(EntityUid uid) {
        return List.of(environment.ancestorsOf(uid)).stream()
                .sorted(Comparator.comparing(EntityUid::toString))
                .toList();
    }
}
