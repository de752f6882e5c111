package dev.countersign.decision;

import dev.countersign.Settings.Misfits;
import dev.countersign.http.Problem;
import dev.countersign.policy.RequestFault;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of questions that do not fit the schema. Each is counted; the log tells of the first, the second, the fourth
 * and so on, so that a caller cannot fill it. Thread-safe.
 */
final class RequestMisfits {
    private static final Logger LOG = LoggerFactory.getLogger(RequestMisfits.class);

    private static final String TRANSACTION = "/context/transaction";

    /** The narrower path first. */
    private static final List<Place> PLACES = List.of(
            new Place("/principal/type", "/subject/type", true),
            new Place("/principal/id", "/subject/id", true),
            new Place("/principal", "/subject", true),
            new Place("/action", "/action/name", true),
            new Place("/resource/attributes", "/resource/properties", false),
            new Place("/context/network/ip", "/context/client/ip", true),
            new Place("/context/network", "/context/client", true),
            new Place("/context/transaction_type", "/context/transaction/type", true));

    private final Misfits setting;
    private final AtomicLong count = new AtomicLong();

    RequestMisfits(Misfits setting) {
        this.setting = setting;
    }

    /** Problem 400 with the pointer, or the warnings of a question that is decided all the same. Empty when it fits. */
    List<RequestFault> judge(Facts facts, Asked asked) {
        if (asked.faults().isEmpty()) {
            return List.of();
        }
        var faults = asked.faults().stream()
                .map(fault -> new RequestFault(pointer(fault.path()), fault.reason()))
                .toList();
        tell(facts, faults.getFirst());
        if (setting == Misfits.REFUSE) {
            throw refusal(facts.question(), faults);
        }
        return faults;
    }

    /**
     * As {@link #judge} before the session is known, of which nothing is said: for a batch, of which nothing is decided
     * when one question is to be refused.
     */
    void requireFit(Facts facts, Asked asked) {
        if (setting == Misfits.REFUSE) {
            var known = asked.faults().stream()
                    .filter(fault -> !fault.path().startsWith("/context/session"))
                    .toList();
            judge(facts, new Asked(asked.request(), asked.all(), known));
        }
    }

    private static Problem refusal(Question question, List<RequestFault> faults) {
        var first = faults.getFirst();
        return Problem.invalid(
                        question.pointer() + first.path(), "The policies' schema does not fit: " + first.reason())
                .with(
                        "faults",
                        faults.stream()
                                .map(fault ->
                                        Map.of("pointer", question.pointer() + fault.path(), "reason", fault.reason()))
                                .toList());
    }

    private void tell(Facts facts, RequestFault first) {
        var seen = count.incrementAndGet();
        if (Long.bitCount(seen) == 1) {
            LOG.warn(
                    "questions that do not fit the schema of the policies: {} so far, the last from {} at {}: {}",
                    seen,
                    facts.asker().id(),
                    first.path(),
                    first.reason());
        }
    }

    /** Where in the AuthZEN request stands what {@link CedarRequests} has written to {@code path}. */
    private static String pointer(String path) {
        if (path.startsWith(TRANSACTION + "/")) {
            return TRANSACTION + "/details" + path.substring(TRANSACTION.length());
        }
        for (var place : PLACES) {
            if (path.equals(place.path()) || path.startsWith(place.path() + "/")) {
                return place.pointer()
                        + (place.whole() ? "" : path.substring(place.path().length()));
            }
        }
        return path;
    }

    /** @param whole whether everything below {@code path} comes from {@code pointer} itself */
    private record Place(String path, String pointer, boolean whole) {}
}
