package dev.countersign.transaction;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.session.Principal;
import dev.countersign.transaction.BindingTokens.Bound;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * Reads submissions: one transaction that was denied, or several as {@code items}. The details of the n-th item stand in
 * {@code context.transactions[n]}, for the context is where a submission may hold more than the profile names.
 */
final class SubmissionReader {
    /** Most items of one submission. */
    static final int MAX_ITEMS = AccessRequests.MAX_OPEN;

    private static final Set<String> ITEM = Set.of("resource", "action", "requested_access", "denial");

    private final TransactionReader reader;
    private final BindingTokens tokens;

    SubmissionReader(TransactionReader reader, BindingTokens tokens) {
        this.reader = reader;
        this.tokens = tokens;
    }

    /** Each transaction with the denial that binds it. Throws Problem. */
    List<Item> read(EnforcementPoint point, Fields body, Instant now) {
        return isBulk(body) ? bulk(point, body, now) : List.of(single(point, body, now));
    }

    static boolean isBulk(Fields body) {
        return body.has("items");
    }

    private Item single(EnforcementPoint point, Fields body, Instant now) {
        return item(point, body, body, () -> body.object("context").object("transaction"), now);
    }

    private List<Item> bulk(EnforcementPoint point, Fields body, Instant now) {
        for (var member : List.of("resource", "action")) {
            if (body.has(member)) {
                throw Problem.invalid(body.at(member), "Not beside items");
            }
        }
        var items = body.objects("items", MAX_ITEMS);
        var context = body.object("context");
        var transactions = context.objects("transactions", MAX_ITEMS);
        if (items.isEmpty()) {
            throw Problem.invalid(body.at("items"), "Nothing is asked for");
        }
        if (transactions.size() != items.size()) {
            throw Problem.invalid(context.at("transactions"), "Expected one for each of the items");
        }
        var read = new ArrayList<Item>();
        for (var i = 0; i < items.size(); i++) {
            var details = transactions.get(i);
            read.add(item(point, body, items.get(i).only(ITEM), () -> details, now));
        }
        return List.copyOf(read);
    }

    private Item item(EnforcementPoint point, Fields body, Fields asked, Supplier<Fields> details, Instant now) {
        var denial = asked.optionalObject("denial");
        if (denial == null) {
            // No denial of ours is about several transactions.
            throw BindingTokens.invalid(asked.at("denial"));
        }
        var bound = tokens.read(denial, point.id(), now);
        var subject = body.object("subject");
        var action = asked.object("action");
        var resource = asked.object("resource");
        var transaction = reader.read(
                point,
                new Principal(kind(subject), subject.text("id", 255)),
                bound.person(),
                action.text("name"),
                resource.text("type"),
                resource.text("id"),
                details.get());
        if (!transaction.hash().equals(bound.hash())) {
            throw BindingTokens.invalid(denial.at("binding_token"));
        }
        var echo = Json.MAPPER.createObjectNode();
        echo.set("resource", resource.node());
        echo.set("action", action.node());
        return new Item(transaction, bound, echo);
    }

    private static Principal.Kind kind(Fields subject) {
        return Principal.Kind.of(subject.text("type"))
                .orElseThrow(() -> Problem.invalid(subject.at("type"), "Expected User, Workload or Agent"));
    }

    /** @param asked {@code resource} and {@code action} as they came */
    record Item(Transaction transaction, Bound denial, JsonNode asked) {}
}
