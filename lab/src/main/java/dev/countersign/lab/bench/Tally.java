package dev.countersign.lab.bench;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.JsonNode;

/** Which receipts each transaction got, over all attempts. Safe for use by many threads. */
final class Tally {
    private final Map<String, Set<String>> receipts = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
    private final LongAdder attempts = new LongAdder();

    void count(String transaction, JsonNode answer) {
        if (!answer.has("decision")) {
            throw new IllegalStateException("no decision about " + transaction + ": " + answer);
        }
        attempts.increment();
        var context = answer.path("context");
        if (answer.path("decision").booleanValue()) {
            var receipt = context.path("receipt").asString("a permit without receipt");
            receipts.computeIfAbsent(transaction, id -> ConcurrentHashMap.newKeySet())
                    .add(receipt);
        } else {
            var code = context.path("reason").path("code").asString("unknown");
            refusals.computeIfAbsent(code, each -> new LongAdder()).increment();
        }
    }

    long attempts() {
        return attempts.sum();
    }

    /** Transactions that were permitted. */
    int permitted() {
        return receipts.size();
    }

    /** Transactions that were permitted under more than one receipt. */
    long doubleSpends() {
        return receipts.values().stream().filter(each -> each.size() > 1).count();
    }

    /** Refusals by reason code. */
    Map<String, Long> refusals() {
        var counts = new TreeMap<String, Long>();
        refusals.forEach((code, count) -> counts.put(code, count.sum()));
        return counts;
    }
}
