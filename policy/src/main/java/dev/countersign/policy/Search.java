package dev.countersign.policy;

import static java.util.Objects.requireNonNull;

import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A question with one part left open: which resources may this principal read? Candidates are the stored entities of the
 * open part's type; for actions, those that the schema applies to both types.
 *
 * @param open the part that is asked for
 * @param request the question; of its open part only the type counts
 * @param stored where candidates come from
 * @param known the entities as the known parts are seen: {@code stored} with what came with the request
 * @param around the entities in which a candidate is evaluated, or null where that is {@code known} for all of them; when
 *     there are others, less can be known of candidates beforehand and more are evaluated
 * @param satisfied which requirements are already met; a candidate with one open is not permitted
 */
public record Search(
        Open open,
        Request request,
        Entities stored,
        Entities known,
        @Nullable Function<EntityUid, Entities> around,
        Predicate<Requirement> satisfied) {
    public Search {
        requireNonNull(open);
        requireNonNull(request);
        requireNonNull(stored);
        requireNonNull(known);
        requireNonNull(satisfied);
    }

    /** Over these entities alone. */
    public static Search of(Open open, Request request, Entities entities, Predicate<Requirement> satisfied) {
        return new Search(open, request, entities, entities, null, satisfied);
    }

    /** The entities in which a candidate is evaluated. */
    Entities entities(EntityUid candidate) {
        return around == null ? known : around.apply(candidate);
    }

    /** The question about one candidate. */
    Request about(EntityUid candidate) {
        return switch (open) {
            case PRINCIPAL -> new Request(candidate, request.action(), request.resource(), request.context());
            case ACTION -> new Request(request.principal(), candidate, request.resource(), request.context());
            case RESOURCE -> new Request(request.principal(), request.action(), candidate, request.context());
        };
    }

    /** The part of a request that is asked for. */
    public enum Open {
        PRINCIPAL(ScopeIndex.Part.PRINCIPAL),
        ACTION(ScopeIndex.Part.ACTION),
        RESOURCE(ScopeIndex.Part.RESOURCE);

        private final ScopeIndex.Part part;

        Open(ScopeIndex.Part part) {
            this.part = part;
        }

        ScopeIndex.Part part() {
            return part;
        }
    }

    /**
     * When a search stops although there are more candidates.
     *
     * @param evaluations most candidates evaluated, at least 1
     * @param timeIsUp asked now and then; at least a few candidates are evaluated whatever it says, so that whoever goes
     *     on page by page gets to the end
     */
    public record Budget(int evaluations, BooleanSupplier timeIsUp) {
        /** No bound. */
        public static final Budget UNBOUNDED = new Budget(Integer.MAX_VALUE, () -> false);

        public Budget {
            if (evaluations < 1) {
                throw new IllegalArgumentException("A search evaluates at least one candidate");
            }
            requireNonNull(timeIsUp);
        }
    }
}
