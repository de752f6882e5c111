package dev.countersign;

import static dev.countersign.Payments.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.crypto.tink.apps.webpush.WebPushHybridDecrypt;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.NotificationSettings.Mail;
import dev.countersign.NotificationSettings.Security;
import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.http.Json;
import dev.countersign.key.Sha256;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Mail to a real SMTP server, pushes to a push service of the test's, webhooks: all over sockets. */
@ParameterizedClass
@EnumSource(Engine.class)
final class NotificationTest {
    private static final Pattern CODE = Pattern.compile("Your code is (\\d{8})");

    private final GreenMail mails = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final BlockingQueue<Told> hooked = new LinkedBlockingQueue<>();
    private final HttpServer receiver;
    private final TestDeployment deployment;
    private volatile int answer = 201;

    NotificationTest(Engine engine) throws IOException {
        mails.start();
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", exchange -> {
            hooked.add(Told.of(exchange));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        deployment = new TestDeployment(
                TestDatabases.settings(engine),
                Settings.Policies.of(Path.of("..", "policies", "bank")),
                TestDeployment.provider(),
                (issuer, settings) -> settings.with(new OutboundSettings(Set.of("127.0.0.1")))
                        .with(new NotificationSettings(
                                new Mail(
                                        "127.0.0.1",
                                        mails.getSmtp().getPort(),
                                        Security.NONE,
                                        null,
                                        null,
                                        "countersign@bank.example"),
                                List.of(URI.create(address() + "/hook")))));
    }

    @AfterEach
    void close() {
        deployment.close();
        receiver.stop(0);
        mails.stop();
    }

    private String address() {
        return "http://127.0.0.1:" + receiver.getAddress().getPort();
    }

    @Test
    void whoMaySignHearsOnceWhoeverAskedHearsWhatBecameOfIt() throws Exception {
        var bob = deployment.person("bob", "treasury").loggedIn().withAuthenticator();
        var mail = addMail(bob, "bob@bank.example");
        assertThat(form(bob, "/notifications/" + mail + "/confirm", "code=00000000")
                        .statusCode())
                .isEqualTo(400);
        assertThat(confirm(bob, mail, code(1)).statusCode()).isEqualTo(303);
        var bobs = new Browser("bob");
        assertThat(bobs.subscribe(bob).statusCode()).isEqualTo(200);
        var mallorys = new Browser("mallory");
        mallorys.subscribe(deployment.person("mallory").loggedIn());
        var alice = deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
        var alices = new Browser("alice");
        alices.subscribe(alice);
        alice.stepUp();

        var request = request(alice, "tx-1");
        var link = deployment.issuer + "/approvals/" + request;
        var pushed = bobs.next();
        assertThat(pushed.get("title").asString()).isEqualTo("payment waits for your signature");
        assertThat(pushed.get("text").asString()).startsWith("alice asks, until ");
        assertThat(pushed.get("link").asString()).isEqualTo("/approvals/" + request);
        assertThat(pushed.toString()).doesNotContain("250", "ACME");
        assertThat(mails.waitForIncomingEmail(10_000, 2)).isTrue();
        var sent = mails.getReceivedMessages()[1];
        assertThat(sent.getSubject()).isEqualTo("payment waits for your signature");
        assertThat(GreenMailUtil.getBody(sent))
                .contains(link, "cannot approve anything")
                .doesNotContain("250");
        assertThat(sent.getAllRecipients()).extracting(Object::toString).containsExactly("bob@bank.example");
        hook("access_request.opened", request);

        request(alice, "tx-1");
        hook("access_request.renewed", request);
        assertThat(bob.sign(request).statusCode()).isEqualTo(200);
        hook("access_request.signed", request);
        assertThat(alices.next().get("title").asString()).isEqualTo("Your payment was signed");
        assertThat(bobs.told).isEmpty();
        assertThat(mallorys.told).isEmpty();
        assertThat(mails.getReceivedMessages()).hasSize(2);
    }

    @Test
    void aServiceThatIsDownIsTriedAgainAndOneThatForgotTheBrowserIsNot() throws Exception {
        var bob = deployment.person("bob", "treasury").loggedIn();
        var bobs = new Browser("bob");
        bobs.subscribe(bob);
        answer = 503;
        var alice = deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
        alice.stepUp();
        request(alice, "tx-1");
        assertThat(bobs.told.poll(10, TimeUnit.SECONDS)).isNotNull();
        deployment.restart();
        answer = 410;
        assertThat(bobs.told.poll(20, TimeUnit.SECONDS)).isNotNull();
        for (var i = 0;
                i < 100 && deployment.evidenceOf("notification.given_up").isEmpty();
                i++) {
            Thread.sleep(100);
        }
        assertThat(deployment.evidenceOf("notification.given_up")).hasSize(1);
        assertThat(bob.get("/notifications").body()).contains("Nowhere yet");
    }

    @Test
    void anAddressIsConfirmedByItsOwnerInFiveGuesses() throws Exception {
        var bob = deployment.person("bob", "treasury").loggedIn();
        var mail = addMail(bob, "bob@bank.example");
        var code = code(1);
        var mallory = deployment.person("mallory").loggedIn();
        assertThat(confirm(mallory, mail, code).statusCode()).isEqualTo(400);
        form(mallory, "/notifications/" + mail + "/remove", "");
        for (var i = 0; i < 5; i++) {
            assertThat(confirm(bob, mail, "1234567" + i).statusCode()).isEqualTo(400);
        }
        assertThat(confirm(bob, mail, code).statusCode()).isEqualTo(400);
        assertThat(bob.get("/notifications").body())
                .contains("bob@bank.example")
                .doesNotContain(">confirmed<");
        assertThat(form(bob, "/notifications/" + mail + "/remove", "").statusCode())
                .isEqualTo(303);
        for (var i = 0; i < 4; i++) {
            assertThat(form(bob, "/notifications/mail", "address=bob" + i + "@bank.example")
                            .statusCode())
                    .isEqualTo(303);
        }
        assertThat(form(bob, "/notifications/mail", "address=bob@bank.example").statusCode())
                .isEqualTo(429);
    }

    @Test
    void nobodyFillsTheInboxesOfOthers() {
        var mallory = deployment.person("mallory").loggedIn();
        for (var i = 0; i < 5; i++) {
            assertThat(form(mallory, "/notifications/mail", "address=victim" + i + "@bank.example")
                            .statusCode())
                    .isEqualTo(303);
        }
        assertThat(form(mallory, "/notifications/mail", "address=victim@bank.example")
                        .statusCode())
                .isEqualTo(429);
        assertThat(form(mallory, "/notifications/mail", "address=victim1@bank.example")
                        .statusCode())
                .isIn(409, 429);
        var others = List.of("bob", "carol", "dora", "edgar", "frank");
        for (var i = 0; i < others.size(); i++) {
            var other = deployment.person(others.get(i)).loggedIn();
            assertThat(form(other, "/notifications/mail", "address=victim0@bank.example")
                            .statusCode())
                    .isEqualTo(i < 4 ? 303 : 429);
        }
        assertThat(mails.getReceivedMessages()).hasSize(9);
    }

    @ParameterizedTest
    @CsvSource({
        "/notifications/mail, address=bob",
        "/notifications/mail, address=bob@bank.example%0aBcc:all@bank.example",
        "/notifications/mail, address=Bob <bob@bank.example>",
        "/notifications/quiet, from=22:00&until=&zone=UTC",
        "/notifications/quiet, from=22:00&until=07:00&zone=Mars",
        "/notifications/quiet, from=25:00&until=07:00&zone=UTC",
    })
    void whatIsNoAddressAndNoTimeIsRefused(String path, String body) {
        assertThat(form(deployment.person("bob").loggedIn(), path, body.replace(" ", "%20"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void whatIsNoPushServiceIsRefusedAndNothingInsideTheNetworkIsReached() throws Exception {
        var bob = deployment.person("bob", "treasury").loggedIn();
        var browser = new Browser("bob");
        for (var endpoint : List.of(
                "http://push.example/1",
                "ftp://push.example/1",
                "https://user:x@push.example/1",
                "https:///1",
                "push")) {
            assertThat(browser.subscribe(bob, endpoint).statusCode())
                    .as(endpoint)
                    .isEqualTo(400);
        }
        assertThat(bob.post("/notifications/browsers", """
                        {"endpoint": "https://push.example/1", "keys": {"p256dh": "BAAA", "auth": "AAAAAAAAAAAAAAAAAAAAAA"}}""").statusCode()).isEqualTo(400);
        assertThat(browser.subscribe(bob, "https://10.0.0.1/1").statusCode()).isEqualTo(200);
        assertThat(browser.subscribe(
                                bob, "http://localhost:" + receiver.getAddress().getPort() + "/push/bob")
                        .statusCode())
                .isEqualTo(200);
        var alice = deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
        alice.stepUp();
        request(alice, "tx-1");
        for (var i = 0; i < 100 && failures() < 2; i++) {
            Thread.sleep(100);
        }
        assertThat(failures()).isEqualTo(2);
        assertThat(browser.told).isEmpty();
    }

    private int failures() {
        return deployment
                .query("select id from notification where topic = 'waits' and attempts > 0")
                .size();
    }

    private String addMail(TestPerson person, String address) {
        assertThat(form(person, "/notifications/mail", "address=" + address).statusCode())
                .isEqualTo(303);
        var page = person.get("/notifications").body();
        var id = Pattern.compile("/notifications/([^/]+)/confirm").matcher(page);
        assertThat(id.find()).isTrue();
        return id.group(1);
    }

    private String code(int count) throws Exception {
        assertThat(mails.waitForIncomingEmail(10_000, count)).isTrue();
        var code = CODE.matcher(mails.getReceivedMessages()[count - 1].getSubject());
        assertThat(code.matches()).isTrue();
        return code.group(1);
    }

    private static HttpResponse<String> confirm(TestPerson person, String id, String code) {
        return form(person, "/notifications/" + id + "/confirm", "code=" + code);
    }

    private static HttpResponse<String> form(TestPerson person, String path, String body) {
        return person.post(path, body, "Content-Type", "application/x-www-form-urlencoded");
    }

    private String request(TestPerson alice, String id) {
        var presented = new Evaluation[1];
        var refused = (Decision.Refused) alice.ask(each -> {
            presented[0] = transfer(id, "250000.00").apply(each);
            return presented[0];
        });
        return deployment.bank().request(presented[0], refused).id();
    }

    /** The next call of the webhook, held to its token. */
    private void hook(String event, String request) throws Exception {
        var call = hooked.poll(10, TimeUnit.SECONDS);
        assertThat(call).as(event).isNotNull();
        var said = Json.read(call.body());
        assertThat(said.get("event").asString()).isEqualTo(event);
        assertThat(said.at("/request/id").asString()).isEqualTo(request);
        assertThat(said.at("/request/requester").asString()).isEqualTo("alice");
        assertThat(said.toString()).doesNotContain("250000");
        var token = SignedJWT.parse(call.authorization().substring("Bearer ".length()));
        var keys = JWKSet.load(
                URI.create(deployment.issuer + "/.well-known/jwks.json").toURL());
        var key = keys.getKeyByKeyId(token.getHeader().getKeyID()).toOctetKeyPair();
        assertThat(token.verify(new Ed25519Verifier(key))).isTrue();
        assertThat(token.getHeader().getType()).hasToString("notification+jwt");
        assertThat(token.getJWTClaimsSet().getAudience()).containsExactly(address() + "/hook");
        assertThat(token.getJWTClaimsSet().getStringClaim("body_sha256")).isEqualTo(Sha256.base64url(call.body()));
    }

    private record Told(String authorization, @Nullable String ttl, byte[] body) {
        static Told of(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
            var headers = exchange.getRequestHeaders();
            return new Told(
                    headers.getFirst("Authorization"),
                    headers.getFirst("TTL"),
                    exchange.getRequestBody().readAllBytes());
        }
    }

    /** A browser with a subscription at the push service of this test. */
    private final class Browser {
        private final String endpoint;
        private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
        private final ECKey key;
        private final byte[] secret = new byte[16];

        Browser(String name) throws Exception {
            endpoint = address() + "/push/" + name;
            key = new ECKeyGenerator(Curve.P_256).generate();
            Arrays.fill(secret, (byte) name.length());
            receiver.createContext("/push/" + name, exchange -> {
                told.add(Told.of(exchange));
                exchange.sendResponseHeaders(answer, -1);
                exchange.close();
            });
        }

        HttpResponse<String> subscribe(TestPerson person) {
            return subscribe(person, endpoint);
        }

        HttpResponse<String> subscribe(TestPerson person, String at) {
            var body = Json.MAPPER.createObjectNode().put("endpoint", at).putNull("expirationTime");
            body.putObject("keys")
                    .put("p256dh", point(key))
                    .put("auth", Base64URL.encode(secret).toString());
            return person.post("/notifications/browsers", body.toString());
        }

        /** What the push service cannot read. */
        JsonNode next() throws Exception {
            var call = told.poll(10, TimeUnit.SECONDS);
            assertThat(call).isNotNull();
            requireVapid(call.authorization());
            assertThat(Long.parseLong(String.valueOf(call.ttl()))).isBetween(1L, 86_400L);
            return Json.read(new WebPushHybridDecrypt.Builder()
                    .withAuthSecret(secret)
                    .withRecipientPublicKey((ECPublicKey) key.toPublicKey())
                    .withRecipientPrivateKey((ECPrivateKey) key.toPrivateKey())
                    .build()
                    .decrypt(call.body(), null));
        }

        /** RFC 8292 sections 2 and 3. */
        private void requireVapid(String authorization) throws Exception {
            var parts = Pattern.compile("vapid t=([^,]+), k=(.+)").matcher(authorization);
            assertThat(parts.matches()).isTrue();
            var point = Base64URL.from(parts.group(2)).decode();
            var signer = new ECKey.Builder(
                            Curve.P_256,
                            Base64URL.encode(Arrays.copyOfRange(point, 1, 33)),
                            Base64URL.encode(Arrays.copyOfRange(point, 33, 65)))
                    .build();
            var token = SignedJWT.parse(parts.group(1));
            assertThat(token.verify(new ECDSAVerifier(signer))).isTrue();
            assertThat(token.getJWTClaimsSet().getAudience()).containsExactly(address());
            assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo(deployment.issuer.toString());
        }
    }

    private static String point(ECKey key) {
        var point = new byte[65];
        point[0] = 4;
        System.arraycopy(key.getX().decode(), 0, point, 1, 32);
        System.arraycopy(key.getY().decode(), 0, point, 33, 32);
        return Base64URL.encode(point).toString();
    }
}
