package dev.countersign.lab.bank;

import dev.countersign.client.Challenges;
import dev.countersign.client.Decision;
import dev.countersign.client.Decision.Permit;
import dev.countersign.client.Decision.Refused;
import dev.countersign.client.Obligation;
import dev.countersign.lab.bank.Instruction.KeyExport;
import dev.countersign.lab.bank.Instruction.NewAdministrator;
import dev.countersign.lab.bank.Instruction.Transfer;
import dev.countersign.lab.bank.Order.Status;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The bank's HTTP API for its page. Every call is decided by Countersign, with the token and proof that came with it. */
final class BankApi {
    private static final Logger LOG = LoggerFactory.getLogger(BankApi.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final BankSettings settings;
    private final Gate gate;
    private final Accounts accounts;
    private final Orders orders;
    private final Counter counter;

    BankApi(BankSettings settings, Gate gate, Accounts accounts, Orders orders, Counter counter) {
        this.settings = settings;
        this.gate = gate;
        this.accounts = accounts;
        this.orders = orders;
        this.counter = counter;
    }

    void routes(HttpRouting.Builder routing) {
        routing.get("/api/config", this::config);
        routing.get("/api/accounts", this::accounts);
        routing.get("/api/statement", this::statement);
        routing.get("/api/orders/{id}", this::order);
        routing.post(Transfer.PATH, (request, response) -> take(request, response, Transfer.class));
        routing.post(KeyExport.PATH, (request, response) -> take(request, response, KeyExport.class));
        routing.post(NewAdministrator.PATH, (request, response) -> take(request, response, NewAdministrator.class));
        routing.error(BadInstruction.class, (request, response, e) -> bad(response, String.valueOf(e.getMessage())));
        routing.error(JacksonException.class, (request, response, e) -> bad(response, "The body cannot be read"));
        routing.error(RuntimeException.class, (request, response, e) -> {
            LOG.error("failed at {}", request.path().path(), e);
            send(response, 500, Map.of("code", "internal", "text", "Something failed here; nothing was executed"));
        });
    }

    private void config(ServerRequest request, ServerResponse response) {
        send(response, 200, Map.of("issuer", settings.issuer().toString(), "client_id", settings.clientId()));
    }

    private void accounts(ServerRequest request, ServerResponse response) {
        reading(
                request,
                response,
                caller -> send(
                        response,
                        200,
                        Map.of(
                                "accounts",
                                accounts.ownedBy(caller.person()).stream()
                                        .map(account -> Map.of(
                                                "iban", account.iban(),
                                                "name", account.name(),
                                                "currency", account.currency(),
                                                "balance", account.balance().toPlainString()))
                                        .toList())));
    }

    private void statement(ServerRequest request, ServerResponse response) {
        reading(
                request,
                response,
                caller -> send(
                        response,
                        200,
                        Map.of(
                                "orders",
                                orders.of(caller.person()).stream()
                                        .map(OrderJson::of)
                                        .toList())));
    }

    private void order(ServerRequest request, ServerResponse response) {
        var id = request.path().pathParameters().get("id");
        reading(
                request,
                response,
                caller -> orders.find(id)
                        .filter(order -> order.owner().equals(caller.person()))
                        .ifPresentOrElse(
                                order -> send(response, 200, Map.of("order", OrderJson.of(counter.looked(order)))),
                                () -> send(
                                        response, 404, Map.of("code", "not_found", "text", "There is no such order"))));
    }

    /** Answers with {@code then} when the caller may read their own account. */
    private void reading(ServerRequest request, ServerResponse response, Consumer<Caller> then) {
        var caller = caller(request, response);
        if (caller.isEmpty()) {
            return;
        }
        var own = accounts.ownedBy(caller.get().person());
        if (own.isEmpty()) {
            send(response, 403, Map.of("code", "no_account", "text", "You have no account here"));
            return;
        }
        var decision = gate.read(caller.get(), own.getFirst());
        challenge(response, decision);
        if (decision instanceof Permit) {
            then.accept(caller.get());
        } else {
            send(response, Challenges.of(decision).status(), refusal(decision, null));
        }
    }

    private void take(ServerRequest request, ServerResponse response, Class<? extends Instruction> type) {
        var caller = caller(request, response);
        if (caller.isEmpty()) {
            return;
        }
        var instruction = read(request, type);
        var handled = counter.take(caller.get(), instruction);
        challenge(response, handled.decision());
        var order = handled.order();
        if (handled.decision() instanceof Permit permit) {
            var status = order.status() == Status.REFUSED ? 503 : 200;
            send(response, status, Map.of("order", OrderJson.of(order), "evaluation_id", permit.evaluationId()));
            return;
        }
        var status = order.status() == Status.WAITING
                ? 202
                : Challenges.of(handled.decision()).status();
        send(response, status, refusal(handled.decision(), order));
    }

    private static Instruction read(ServerRequest request, Class<? extends Instruction> type) {
        var json = request.headers()
                .contentType()
                .filter(media -> media.mediaType().text().equals("application/json"));
        if (json.isEmpty()) {
            throw new BadInstruction("body", "Expected application/json");
        }
        try {
            var instruction = JSON.readValue(request.content().as(byte[].class), type);
            if (instruction == null) {
                throw new BadInstruction("body", "Missing");
            }
            return instruction;
        } catch (JacksonException e) {
            if (e.getCause() instanceof BadInstruction bad) {
                throw bad;
            }
            throw e;
        }
    }

    private Optional<Caller> caller(ServerRequest request, ServerResponse response) {
        var caller = Caller.of(request, settings.address());
        if (caller.isEmpty()) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "DPoP algs=\"ES256\"");
            send(response, 401, Map.of("code", "logged_out", "text", "Log in first"));
        }
        return caller;
    }

    /** What the caller's client has to know, in headers. */
    private static void challenge(ServerResponse response, Decision decision) {
        Challenges.of(decision).headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
    }

    /** What people have to know, as JSON. */
    private static Map<String, Object> refusal(Decision decision, @Nullable Order order) {
        var body = new LinkedHashMap<String, Object>();
        if (decision instanceof Refused refused) {
            body.put("code", refused.code());
            body.put("text", refused.text());
            body.put(
                    "obligations",
                    refused.obligations().stream().map(BankApi::obligation).toList());
            if (refused.evaluationId() != null) {
                body.put("evaluation_id", refused.evaluationId());
            }
        } else {
            body.put("code", "unavailable");
            body.put("text", "Nothing can be decided at the moment, so nothing was done. Try again.");
        }
        if (order != null) {
            body.put("order", OrderJson.of(order));
            var request = order.standing().request();
            if (request != null) {
                body.put("request", Map.of("id", request.id(), "status", request.status(), "page", request.page()));
            }
        }
        return body;
    }

    private static Map<String, Object> obligation(Obligation obligation) {
        return Map.of("type", obligation.type(), "properties", obligation.properties());
    }

    private static void bad(ServerResponse response, String text) {
        send(response, 400, Map.of("code", "bad_request", "text", text));
    }

    private static void send(ServerResponse response, int status, Object body) {
        response.status(status);
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
        response.send(JSON.writeValueAsBytes(body));
    }
}
