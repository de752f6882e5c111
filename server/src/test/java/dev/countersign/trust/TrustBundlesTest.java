package dev.countersign.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.DoorSettings;
import dev.countersign.OutboundSettings;
import dev.countersign.http.Json;
import dev.countersign.outbound.OutboundHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrustBundlesTest {
    /** A self-signed CA certificate. */
    private static final String AUTHORITY =
            "MIIBpTCCAUqgAwIBAgIUHcERuLoz32+/X91ZmlHAAmNwFP0wCgYIKoZIzj0EAwIwFjEUMBIGA1UECgwLU1BJRkZFIH"
                    + "Rlc3QwIBcNMjYxMTI1MDQ0OTU0WhgPMjEyNjExMDEwNDQ5NTRaMBYxFDASBgNVBAoMC1NQSUZGRSB0ZXN0MFkwEwYH"
                    + "KoZIzj0CAQYIKoZIzj0DAQcDQgAEh2NQn6IxvwqI+oWUb1U52l99FXIYQoGAu9OWXj6A+qtQdDCAhR3hmjmREiJfmf"
                    + "4Um6uBhE9hV1iStMriE81DzaN0MHIwHQYDVR0OBBYEFHlRgs1gCHsd8H9gRikc2VRQtNsWMB8GA1UdIwQYMBaAFHlR"
                    + "gs1gCHsd8H9gRikc2VRQtNsWMA8GA1UdEwEB/wQFMAMBAf8wHwYDVR0RBBgwFoYUc3BpZmZlOi8vZXhhbXBsZS5vcm"
                    + "cwCgYIKoZIzj0EAwIDSQAwRgIhAPe0QROzqEXzfeyeO8F7stM7z4fBdoxW7Nm2HWH2IafxAiEAkMJ9y61cXnfGgcdi"
                    + "8yC9RrbEyMjsQO5z3LF2yvtSWQM=";

    @TempDir
    Path folder;

    private final AtomicInteger fetches = new AtomicInteger();
    private volatile Instant now = Instant.parse("2026-11-24T12:00:00Z");
    private final InstantSource clock = () -> now;
    private volatile String published = bundle(1, 60, "one");
    private volatile int status = 200;
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/bundle", exchange -> {
            fetches.incrementAndGet();
            try (exchange) {
                var bytes = published.getBytes(UTF_8);
                exchange.sendResponseHeaders(status, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private TrustBundles ofEndpoint() {
        var endpoint = URI.create("http://localhost:" + server.getAddress().getPort() + "/bundle");
        return bundles(new DoorSettings.TrustDomain("example.org", null, endpoint, null));
    }

    private TrustBundles bundles(DoorSettings.TrustDomain domain) {
        return new TrustBundles(List.of(domain), new OutboundHttp(OutboundSettings.NONE), clock);
    }

    private static String jwtKey(String id) {
        try {
            var key = new ECKeyGenerator(Curve.P_256).keyID(id).generate().toPublicJWK();
            return key.toJSONString().replace("{", "{\"use\":\"jwt-svid\",");
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String x509Key() {
        return "{\"use\":\"x509-svid\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x5c\":[\"" + AUTHORITY + "\"]}";
    }

    private static String bundle(long sequence, int hint, String keyId) {
        return "{\"spiffe_sequence\":" + sequence + ",\"spiffe_refresh_hint\":" + hint + ",\"keys\":[" + jwtKey(keyId)
                + "," + x509Key() + "]}";
    }

    private static List<String> ids(TrustBundle bundle) {
        return bundle.jwtKeys().getKeys().stream().map(key -> key.getKeyID()).toList();
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    @Test
    void aBundleHasJwtKeysAndAuthorities() {
        var bundle = ofEndpoint().of("example.org").orElseThrow();
        assertThat(ids(bundle)).containsExactly("one");
        assertThat(bundle.x509Authorities()).hasSize(1);
        assertThat(bundle.x509Authorities().getFirst().getBasicConstraints()).isNotNegative();
        assertThat(bundle.refreshAfter()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void anotherTrustDomainHasNone() {
        assertThat(ofEndpoint().of("example.com")).isEmpty();
        assertThat(fetches).hasValue(0);
    }

    @Test
    void itIsFetchedAgainWhenItsHintSaysSo() {
        var bundles = ofEndpoint();
        bundles.of("example.org");
        published = bundle(2, 60, "two");
        pass(Duration.ofSeconds(59));
        assertThat(ids(bundles.of("example.org").orElseThrow())).containsExactly("one");
        pass(Duration.ofSeconds(1));
        assertThat(ids(bundles.of("example.org").orElseThrow())).containsExactly("two");
        assertThat(fetches).hasValue(2);
    }

    @Test
    void anUnknownKeyAsksForANewerOneButNotAgainAndAgain() {
        var bundles = ofEndpoint();
        var known = bundles.of("example.org").orElseThrow();
        published = bundle(2, 60, "two");
        assertThat(bundles.newer(known)).isSameAs(known);
        pass(Refreshed.MIN_REFRESH);
        assertThat(ids(bundles.newer(known))).containsExactly("two");
        assertThat(ids(bundles.newer(known))).containsExactly("two");
        assertThat(fetches).hasValue(2);
    }

    @Test
    void whileTheEndpointIsAwayTheLastGoodOneStaysForADay() {
        var bundles = ofEndpoint();
        bundles.of("example.org");
        status = 503;
        pass(Refreshed.MAX_STALE.minusSeconds(1));
        assertThat(ids(bundles.of("example.org").orElseThrow())).containsExactly("one");
        pass(Duration.ofSeconds(30));
        assertThatThrownBy(() -> bundles.of("example.org"))
                .isInstanceOf(TrustUnavailable.class)
                .hasMessageContaining("too old");
        status = 200;
        pass(Duration.ofSeconds(30));
        assertThat(ids(bundles.of("example.org").orElseThrow())).containsExactly("one");
    }

    @Test
    void anEndpointThatWasNeverThereGivesNothingAndIsNotAskedByEveryone() {
        status = 500;
        var bundles = ofEndpoint();
        for (var i = 0; i < 5; i++) {
            assertThatThrownBy(() -> bundles.of("example.org")).isInstanceOf(TrustUnavailable.class);
        }
        assertThat(fetches).hasValue(1);
    }

    @Test
    void anEarlierBundleDoesNotComeBack() {
        published = bundle(7, 60, "seven");
        var bundles = ofEndpoint();
        bundles.of("example.org");
        for (var earlier : List.of(bundle(6, 60, "six"), bundle(8, 60, "x").replace("\"spiffe_sequence\":8,", ""))) {
            published = earlier;
            pass(Duration.ofSeconds(60));
            assertThat(ids(bundles.of("example.org").orElseThrow())).containsExactly("seven");
        }
        published = bundle(9, 60, "nine");
        pass(Duration.ofSeconds(60));
        assertThat(ids(bundles.of("example.org").orElseThrow())).containsExactly("nine");
    }

    @Test
    void aFileIsReadAgainWhenItChangesAndABrokenOneChangesNothing() throws IOException {
        var file = folder.resolve("bundle.json");
        Files.writeString(file, bundle(1, 60, "one"));
        var bundles = bundles(new DoorSettings.TrustDomain("example.org", file, null, null));
        assertThat(ids(bundles.of("example.org").orElseThrow())).containsExactly("one");
        Files.writeString(file, bundle(2, 60, "two"));
        pass(TrustBundles.FILE_REFRESH);
        assertThat(ids(bundles.of("example.org").orElseThrow())).containsExactly("two");
        for (var broken : List.of("{", "[]", "{\"keys\":1}", "")) {
            Files.writeString(file, broken);
            pass(TrustBundles.FILE_REFRESH);
            assertThat(ids(bundles.of("example.org").orElseThrow())).as(broken).containsExactly("two");
        }
        Files.delete(file);
        pass(TrustBundles.FILE_REFRESH);
        assertThat(ids(bundles.of("example.org").orElseThrow())).containsExactly("two");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":[{\"use\":\"jwt-svid\",\"kty\":\"EC\"}]}",
                "{\"keys\":[{\"use\":\"jwt-svid\",\"kty\":\"EC\",\"kid\":\"a\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}",
                "{\"keys\":[{\"use\":\"jwt-svid\",\"kty\":\"EC\",\"kid\":\"a\",\"d\":\"AA\"}]}",
                "{\"keys\":[{\"use\":\"x509-svid\",\"kty\":\"EC\"}]}",
                "{\"keys\":[{\"use\":\"x509-svid\",\"kty\":\"EC\",\"x5c\":[\"AA\"]}]}",
                "{\"keys\":[{\"use\":\"x509-svid\",\"kty\":\"EC\",\"x5c\":[\"AA\",\"AA\"]}]}",
                "{\"keys\":[],\"spiffe_sequence\":\"1\"}",
                "{\"keys\":[],\"spiffe_sequence\":1e40}"
            })
    void malformedBundlesAreNone(String text) {
        var document = Json.read(text.getBytes(UTF_8));
        assertThatThrownBy(() -> TrustBundle.of("example.org", document)).isInstanceOf(TrustUnavailable.class);
    }

    @Test
    void unknownKeysAreLeftOutAndTooManyRefused() {
        var unknown = "{\"use\":\"wit-svid\",\"kty\":\"EC\"},{\"kty\":\"EC\"},{\"use\":\"jwt-svid\",\"kty\":\"OKP\"}";
        var bundle = TrustBundle.of("example.org", Json.read(("{\"keys\":[" + unknown + "]}").getBytes(UTF_8)));
        assertThat(bundle.jwtKeys().getKeys()).isEmpty();
        assertThat(bundle.refreshAfter()).isEqualTo(TrustBundle.DEFAULT_REFRESH);
        var many = "{}" + ",{}".repeat(TrustBundle.MAX_KEYS);
        assertThatThrownBy(
                        () -> TrustBundle.of("example.org", Json.read(("{\"keys\":[" + many + "]}").getBytes(UTF_8))))
                .isInstanceOf(TrustUnavailable.class)
                .hasMessageContaining("at most 200 keys");
    }

    @Test
    void hintsAreKeptWithinLimits() {
        for (var hint : new String[] {"0", "-5", "1"}) {
            assertThat(hinted(hint)).isEqualTo(TrustBundle.MIN_REFRESH);
        }
        assertThat(hinted("99999999")).isEqualTo(TrustBundle.MAX_REFRESH);
        assertThat(hinted("\"soon\"")).isEqualTo(TrustBundle.DEFAULT_REFRESH);
    }

    private static Duration hinted(String hint) {
        var document = Json.read(("{\"keys\":[],\"spiffe_refresh_hint\":" + hint + "}").getBytes(UTF_8));
        return TrustBundle.of("example.org", document).refreshAfter();
    }
}
