package dev.countersign.offline;

import dev.countersign.display.SafeText;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Json;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.jose.CompactJws;
import dev.countersign.key.KeyRing;
import dev.countersign.policy.SigningMethod;
import dev.countersign.session.BrowserSessions;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.util.Map;

/** A person's offline keys: list, enrol, revoke. Changes need a step-up with an authenticator. */
final class OfflineKeyRoutes {
    /** Longest label, characters. */
    static final int MAX_LABEL = 64;

    private final URI issuer;
    private final OfflineKeys keys;
    private final KeyRing keyRing;
    private final BrowserSessions browsers;
    private final Pages pages;
    private final SecondPerson second;
    private final FreshStepUp stepUp;

    OfflineKeyRoutes(
            URI issuer,
            OfflineKeys keys,
            KeyRing keyRing,
            BrowserSessions browsers,
            Pages pages,
            SecondPerson second,
            FreshStepUp stepUp) {
        this.issuer = issuer;
        this.keys = keys;
        this.keyRing = keyRing;
        this.browsers = browsers;
        this.pages = pages;
        this.second = second;
        this.stepUp = stepUp;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/offline-keys", this::list)
                .post("/offline-keys/begin", this::begin)
                .post("/offline-keys", this::enrol)
                .post("/offline-keys/{id}/revoke", this::revoke);
    }

    private void list(ServerRequest request, ServerResponse response) {
        browsers.require(request, response).ifPresent(session -> {
            var rows = keys.of(session.person()).stream()
                    .map(key -> new OfflineKeyRow(
                            key.id(),
                            key.label(),
                            key.method() == SigningMethod.OCRA ? "OCRA secret" : "Ed25519 key",
                            keys.fingerprint(key),
                            key.createdAt().toString(),
                            key.isUsable() ? "usable" : key.isRevoked() ? "revoked" : "waiting"))
                    .toList();
            pages.send(
                    response,
                    200,
                    "offline-keys.jte",
                    Map.of(
                            "person",
                            session.principal().id(),
                            "session",
                            session.id().value(),
                            "keys",
                            rows,
                            "second",
                            second.isOne(session),
                            "fresh",
                            stepUp.isIn(session)));
        });
    }

    private void begin(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.requireFresh(request, response).ifPresent(session -> {
            stepUp.requireIn(session);
            var method = switch (Bodies.form(request).getOrDefault("method", "")) {
                case "ed25519" -> SigningMethod.ED25519;
                case "ocra" -> SigningMethod.OCRA;
                default -> throw Problem.invalid("/method", "Expected ed25519 or ocra");
            };
            var begun = keys.begin(session.person(), method);
            var told = Json.MAPPER
                    .createObjectNode()
                    .put("kind", "enrol")
                    .put("issuer", issuer.toString())
                    .put("person", session.person().id())
                    .put("method", method.word())
                    .put("nonce", begun.nonce());
            if (begun.secret() != null) {
                told.put("secret", begun.secret()).put("suite", OfflineKeys.SUITE);
            }
            if (method == SigningMethod.ED25519) {
                told.put(
                        "server_key",
                        CompactJws.encode(keyRing.receiptKey().publicKey())); // by this the device knows our files
            }
            var text = OfflineText.write(told).getFirst();
            pages.send(
                    response,
                    200,
                    "offline-enrol.jte",
                    Map.of(
                            "person",
                            session.principal().id(),
                            "text",
                            text,
                            "code",
                            QrCode.of(text),
                            "secret",
                            begun.secret() == null ? "" : begun.secret()));
        });
    }

    private void enrol(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.requireFresh(request, response).ifPresent(session -> {
            stepUp.requireIn(session);
            var form = Bodies.form(request);
            var label = form.getOrDefault("label", "").strip();
            if (label.isEmpty() || label.length() > MAX_LABEL) {
                throw Problem.invalid("/label", "Expected 1 to " + MAX_LABEL + " characters");
            }
            SafeText.require(label, "/label");
            keys.enrol(session.person(), label, form.getOrDefault("code", ""));
            Answers.redirect(response, "/offline-keys");
        });
    }

    private void revoke(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.requireFresh(request, response).ifPresent(session -> {
            keys.revoke(session.person(), request.path().pathParameters().get("id"));
            Answers.redirect(response, "/offline-keys");
        });
    }
}
