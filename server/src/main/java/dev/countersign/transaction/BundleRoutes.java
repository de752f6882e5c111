package dev.countersign.transaction;

import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Answers;
import dev.countersign.http.Problem;
import dev.countersign.session.BrowserSessions;
import dev.countersign.store.Database;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** Receipt bundles, for the enforcement point that asked and for the people who asked or signed. */
final class BundleRoutes {
    private final BrowserSessions browsers;
    private final EnforcementPoints points;
    private final Database database;
    private final Inbox inbox;
    private final ReceiptBundles bundles;

    BundleRoutes(
            BrowserSessions browsers,
            EnforcementPoints points,
            Database database,
            Inbox inbox,
            ReceiptBundles bundles) {
        this.browsers = browsers;
        this.points = points;
        this.database = database;
        this.inbox = inbox;
        this.bundles = bundles;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/transactions/{id}/bundle", this::bundle);
    }

    private void bundle(ServerRequest request, ServerResponse response) {
        var id = request.path().pathParameters().get("id");
        if (request.headers().contains(HeaderNames.AUTHORIZATION)) {
            var point = points.authenticate(request);
            send(
                    response,
                    database.read(handle -> ReceiptStore.find(handle, point.id(), id))
                            .orElseThrow(BundleRoutes::none));
            return;
        }
        browsers.require(request, response)
                .ifPresent(session -> send(response, inbox.receipt(id, session).orElseThrow(BundleRoutes::none)));
    }

    private void send(ServerResponse response, StoredReceipt receipt) {
        var bundle = bundles.of(receipt);
        response.header(HeaderNames.CONTENT_DISPOSITION, "attachment; filename=\"receipt-" + receipt.id() + ".json\"");
        Answers.json(response, 200, bundle);
    }

    private static Problem none() {
        return Problem.notFound("There is no such transaction");
    }
}
