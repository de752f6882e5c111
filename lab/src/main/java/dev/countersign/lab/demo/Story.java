package dev.countersign.lab.demo;

import dev.countersign.client.DpopKey;
import dev.countersign.evidence.AuditReport;
import dev.countersign.evidence.AuditVerification;
import dev.countersign.evidence.Journal.Recorded;
import dev.countersign.evidence.LogSource;
import dev.countersign.evidence.Trust;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.UnexpectedAnswer;
import dev.countersign.lab.person.Visitor;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The main job end to end, walked by people without a screen, over real HTTP. */
final class Story {
    static final String ACCOUNT = "DE89370400440532013000";
    private static final String PHR = "urn:countersign:acr:phr";
    private static final long STEP_UP_AGE = 300; // seconds, as the policies ask

    /** A checkpoint follows each entry within a second: how long the audit waits for it. */
    private static final Duration CHECKPOINT = Duration.ofSeconds(5);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final DemoDeployment demo;
    private final InstantSource clock;
    private final Consumer<Step> told;
    private final Watch watch;
    private final Visitor alice;
    private final Visitor bob;
    private final Visitor carol;
    private boolean ok = true;
    private String session = "";
    private long executed = -1;

    private Story(DemoDeployment demo, InstantSource clock, Watch watch, Consumer<Step> told) {
        this.demo = demo;
        this.clock = clock;
        this.watch = watch;
        this.told = told;
        alice = demo.visitor();
        bob = demo.visitor();
        carol = demo.visitor();
    }

    /** Tells every step to {@code told}. True when all went as expected. */
    static boolean walk(DemoDeployment demo, InstantSource clock, Consumer<Step> told) {
        try (var watch = new Watch(demo.journal())) {
            var story = new Story(demo, clock, watch, told);
            story.sessions();
            story.transfers();
            story.largeTransfer();
            story.attacks();
            story.end();
            return story.ok;
        }
    }

    private void sessions() {
        step("Alice logs in at the provider", "logged in", () -> {
            enter(alice, Cast.ALICE);
            enter(bob, Cast.BOB);
            enter(carol, Cast.CAROL);
            return new Found(
                    "logged in",
                    watch.index(
                            "login.succeeded",
                            entry -> String.valueOf(entry.entry().members().get("principal"))
                                    .contains("alice")));
        });
        step("Her session at the bank is bound to the browser's key", "bound by dpop", () -> {
            alice.openBank(demo.bank());
            var claims = claims(alice.accessToken());
            session = claims.path("sid").asString("");
            var bound = !claims.path("cnf").path("jkt").asString("").isEmpty();
            return new Found(bound ? "bound by dpop" : "not bound", watch.index("session.started", session));
        });
        step("She reads her accounts", "200 permitted", () -> {
            var answer = alice.call("GET", demo.bank().resolve("/api/accounts"), "");
            return new Found(
                    answer.status() + (answer.isSuccess() ? " permitted" : " " + code(answer)),
                    watch.index(
                            "decision",
                            entry -> "read-account"
                                    .equals(entry.entry().members().get("action"))));
        });
    }

    private void transfers() {
        step("Transfer of 50.00", "200 executed", () -> found(transfer(id(), "50.00")));
        var id = id();
        step("Transfer of 2,500.00", "401 step_up_required", () -> found(transfer(id, "2500.00")));
        step("The same after WebAuthn", "200 executed", () -> {
            alice.stepUp(PHR, STEP_UP_AGE);
            return found(transfer(id, "2500.00"));
        });
    }

    private void largeTransfer() {
        var id = id();
        var before = balance();
        var request = new String[1];
        step("Transfer of 250,000.00: step-up satisfied, two approvals open", "202 approval_required", () -> {
            var answer = transfer(id, "250000.00");
            request[0] = answer.json().path("request").path("id").asString("");
            return found(answer);
        });
        step("Alice approves her own transfer", "refused 403", () -> {
            var got = refusal(() -> alice.approve(request[0]));
            return new Found(got, watch.index("access_request.opened", request[0]));
        });
        step("Bob and Carol sign exactly this transfer", "2 signatures", () -> {
            sign(request[0]);
            Predicate<Recorded> ofThis =
                    entry -> request[0].equals(entry.entry().members().get("request"));
            var signatures = watch.count(2, "approval.signed", ofThis);
            var index = watch.index("approval.signed", ofThis);
            return new Found(signatures + " signatures", index);
        });
        step("The transfer is sent again: permit, receipt, money moves once", "200 executed, 250000.00 moved", () -> {
            var found = found(transfer(id, "250000.00"));
            executed = found.evidence();
            // Should the bank's first report fail, it reports again off the caller's path; what comes next is after
            // that.
            watch.index(
                    "transaction.outcome",
                    entry -> id.equals(entry.entry().members().get("transaction")));
            return new Found(found.got() + ", " + before.subtract(balance()) + " moved", found.evidence());
        });
        step(
                "The proof of it in one file, verified without the server",
                "holds, 2 signatures",
                () -> new Found(Proof.of(demo, id), executed));
        step(
                "The same approvals again",
                "403 already_spent, 0.00 moved",
                () -> unmoved(() -> transfer(id, "250000.00")));
        step(
                "The executed transfer with a cent more",
                "403 transaction_mismatch, 0.00 moved",
                () -> unmoved(() -> transfer(id, "250000.01")));
        step("Another transfer is approved, then changed by a cent", "403 transaction_mismatch, 0.00 moved", () -> {
            var other = id();
            sign(transfer(other, "12000.00").json().path("request").path("id").asString(""));
            return unmoved(() -> transfer(other, "12000.01"));
        });
    }

    private void attacks() {
        step("Alice's token without her key", "401 invalid_proof, signal on her session", () -> {
            var answer = stolen(alice.accessToken());
            var signal = watch.index("session.signal", session);
            return new Found(
                    answer.status() + " " + code(answer) + (signal < 0 ? ", no signal" : ", signal on her session"),
                    signal);
        });
        step("Her proof replayed", "401 replayed_proof", () -> {
            alice.call("GET", demo.bank().resolve("/api/accounts"), "").isSuccess();
            var headers = Map.of("Authorization", "DPoP " + alice.accessToken(), "DPoP", alice.lastProof());
            return found(demo.visitor().browser().send("GET", demo.bank().resolve("/api/accounts"), headers, ""));
        });
        step(
                "Key export without an approval",
                "202 approval_required",
                () -> found(call(
                        "/api/keys/export",
                        Map.of("id", id(), "key", "payments-signing-2026", "purpose", "Disaster recovery copy"))));
        step("Logged out, then anything", "401 session_ended", () -> {
            var origin = Map.of("Origin", demo.issuer().toString(), "Sec-Fetch-Site", "same-origin");
            var headers = new LinkedHashMap<>(origin);
            headers.put("Content-Type", "application/x-www-form-urlencoded");
            alice.browser().send("POST", demo.issuer().resolve("/logout"), headers, "");
            return found(alice.call("GET", demo.bank().resolve("/api/accounts"), ""));
        });
    }

    private void end() {
        step("audit verify", "ok, all entries signed", () -> {
            var report = audited();
            var got = (report.ok() ? "ok" : report.problems().getFirst().text())
                    + (report.signed() >= report.entries() ? ", all entries signed" : ", not all signed");
            return new Found(got, report.entries() - 1);
        });
        step("One byte of a copy of the evidence changed", "entry_changed at #" + executed, () -> {
            var copy = demo.data().resolve("damaged-" + UUID.randomUUID() + ".db");
            DamagedCopy.write(demo.database(), copy, executed);
            try (var log = LogSource.sqlite(copy)) {
                var report = AuditVerification.verify(log, new Trust(demo.verifierKey(), null));
                var named = report.problems().stream()
                        .filter(problem ->
                                problem.index() == executed && problem.code().equals("entry_changed"))
                        .findFirst();
                return new Found(
                        named.map(problem -> problem.code() + " at #" + problem.index())
                                .orElseGet(() -> report.ok()
                                        ? "ok"
                                        : report.problems().getFirst().text()),
                        executed);
            }
        });
    }

    /** The first verification that has every entry under a checkpoint, or the last one in time. */
    private AuditReport audited() {
        var deadline = clock.instant().plus(CHECKPOINT);
        while (true) {
            try (var log = LogSource.sqlite(demo.database())) {
                var report = AuditVerification.verify(log, new Trust(demo.verifierKey(), null));
                if (!report.ok()
                        || report.signed() >= report.entries()
                        || clock.instant().isAfter(deadline)) {
                    return report;
                }
            }
            pause();
        }
    }

    private void enter(Visitor visitor, Cast who) {
        visitor.login(who.username(), who.claims());
        visitor.registerAuthenticator();
    }

    private void sign(String request) {
        bob.approve(request);
        carol.approve(request);
    }

    private Hop transfer(String id, String amount) {
        return call(
                "/api/transfers",
                Map.of(
                        "id",
                        id,
                        "from",
                        ACCOUNT,
                        "amount",
                        amount,
                        "currency",
                        "EUR",
                        "payee",
                        Map.of("name", "ACME GmbH", "iban", "FR1420041010050500013M02606"),
                        "reference",
                        "Invoice 1042"));
    }

    private Hop call(String path, Map<String, ?> body) {
        return alice.call("POST", demo.bank().resolve(path), JSON.writeValueAsString(body));
    }

    /** Mallory has the token, makes a key, learns the nonce, and proves what she can. */
    private Hop stolen(String token) {
        var thief = demo.visitor().browser();
        var key = DpopKey.generate(clock);
        var uri = demo.bank().resolve("/api/accounts");
        var headers = Map.of("Authorization", "DPoP " + token, "DPoP", key.proof("GET", uri, token, null));
        var first = thief.send("GET", uri, headers, "");
        var nonce = first.header("DPoP-Nonce").orElse(null);
        return thief.send(
                "GET", uri, Map.of("Authorization", "DPoP " + token, "DPoP", key.proof("GET", uri, token, nonce)), "");
    }

    private Found unmoved(Supplier<Hop> attempt) {
        var before = balance();
        var found = found(attempt.get());
        return new Found(found.got() + ", " + before.subtract(balance()) + " moved", found.evidence());
    }

    private Found found(Hop answer) {
        var evaluation = answer.json().path("evaluation_id").asString("");
        return new Found(answer.status() + " " + code(answer), watch.index("decision", evaluation));
    }

    private static String code(Hop answer) {
        var json = answer.json();
        return json.has("code")
                ? json.path("code").asString("")
                : json.path("order").path("status").asString("");
    }

    private static String refusal(Supplier<Hop> attempt) {
        try {
            return "accepted " + attempt.get().status();
        } catch (UnexpectedAnswer e) {
            return "refused " + e.hop().status();
        }
    }

    private BigDecimal balance() {
        return demo.counter().balance(ACCOUNT);
    }

    private static JsonNode claims(String token) {
        var payload = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
        return JSON.readTree(new String(payload, StandardCharsets.UTF_8));
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Found(String got, long evidence) {}

    private void step(String step, String expected, Supplier<Found> walk) {
        Found found;
        try {
            found = walk.get();
        } catch (RuntimeException e) {
            found = new Found(String.valueOf(e.getMessage()), -1);
        }
        var right = found.got().equals(expected) && found.evidence() >= 0;
        ok &= right;
        told.accept(new Step(step, expected, found.got(), right, found.evidence()));
    }
}
