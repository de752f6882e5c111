package dev.countersign.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWKSet;
import dev.countersign.enforce.ClientAssertions;
import dev.countersign.http.Json;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.OwnTokens;
import dev.countersign.jose.PublicJwk;
import dev.countersign.key.RandomIds;
import dev.countersign.store.Database.Engine;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** However one character of a good token is changed, moved, left out or put in: it is refused, by what is declared alone. */
class TokenPropertiesTest {
    @SuppressWarnings("NullAway.Init") // before any property
    private static Deployment deployment;

    @BeforeContainer
    static void start() throws IOException {
        deployment = new Deployment(Engine.SQLITE);
    }

    @AfterContainer
    static void stop() {
        deployment.close();
    }

    /** Makes of a token one that differs. */
    @FunctionalInterface
    interface Change {
        String of(String token);
    }

    @Provide
    Arbitrary<Change> changes() {
        var places = Arbitraries.integers().between(0, 10_000);
        var letters = Arbitraries.chars().range((char) 0x21, (char) 0x7e);
        return Combinators.combine(
                        Arbitraries.of("replace", "insert", "delete", "double", "swap", "cut"), places, letters)
                .as((how, place, letter) -> new Change() {
                    @Override
                    public String of(String token) {
                        return changed(token, how, place % token.length(), letter);
                    }

                    @Override
                    public String toString() {
                        return how + " at " + place + " " + letter;
                    }
                });
    }

    private static String changed(String token, String how, int at, char letter) {
        var before = token.substring(0, at);
        var there = token.charAt(at);
        var after = token.substring(at + 1);
        return switch (how) {
            case "replace" -> before + letter + after;
            case "insert" -> before + letter + there + after;
            case "delete" -> before + after;
            case "cut" -> before;
            case "double" -> before + there + there + after;
            default -> after.isEmpty() ? token : before + after.charAt(0) + there + after.substring(1);
        };
    }

    @Property(tries = 1_000)
    void aChangedIdTokenIsRefused(@ForAll("changes") Change change) {
        var token = deployment.provider.sign(
                deployment.provider.claims(deployment.clock.instant()).build());
        var changed = change.of(token);
        if (!changed.equals(token)) {
            var providers = deployment.feature.identityProviders();
            assertThatThrownBy(() -> providers.verify(providers.all().getFirst(), changed, Set.of("countersign"), null))
                    .isExactlyInstanceOf(InvalidIdToken.class);
        }
    }

    @Property(tries = 1_000)
    void aChangedProofIsRefused(@ForAll("changes") Change change) {
        var proofs = new DpopProofs(deployment.clock);
        var proof = new DpopClient().proof("POST", Deployment.TOKEN_ENDPOINT, deployment.clock.instant(), null, null);
        proofs.verify(proof, "POST", Deployment.TOKEN_ENDPOINT, null); // so that its header is a known one
        var changed = change.of(proof);
        if (!changed.equals(proof)) {
            assertThatThrownBy(() -> proofs.verify(changed, "POST", Deployment.TOKEN_ENDPOINT, null))
                    .isExactlyInstanceOf(InvalidProof.class);
        }
    }

    @Property(tries = 1_000)
    void aChangedAccessTokenIsRefused(@ForAll("changes") Change change) {
        var issuer = deployment.settings.issuer().toString();
        var tokens = new OwnTokens(issuer, deployment.evidence.keys(), deployment.clock);
        var claims = Json.MAPPER
                .createObjectNode()
                .put("sub", "alice")
                .put("exp", deployment.clock.instant().getEpochSecond() + 60)
                .put("jti", new RandomIds(new SecureRandom()).next(""));
        var token = tokens.sign(claims);
        assertThat(tokens.verify(token).path("sub").stringValue()).isEqualTo("alice");
        var changed = change.of(token);
        if (!changed.equals(token)) {
            assertThatThrownBy(() -> tokens.verify(changed)).isExactlyInstanceOf(InvalidJws.class);
        }
    }

    @Property(tries = 300)
    void aChangedClientAssertionIsRefused(@ForAll("changes") Change change) {
        var assertions = new ClientAssertions(
                deployment.settings.issuer().toString(), deployment.evidence.journal(), deployment.clock);
        var keys = new JWKSet(deployment.enforcerKey.toPublicJWK()).toString();
        var claims = new com.nimbusds.jwt.JWTClaimsSet.Builder()
                .issuer("gateway")
                .subject("gateway")
                .audience(Deployment.TOKEN_ENDPOINT)
                .expirationTime(java.util.Date.from(deployment.clock.instant().plus(Duration.ofMinutes(1))))
                .jwtID(UUID.randomUUID().toString())
                .build();
        var header = new com.nimbusds.jose.JWSHeader.Builder(com.nimbusds.jose.JWSAlgorithm.ES256)
                .keyID(deployment.enforcerKey.getKeyID())
                .build();
        var token = TestProvider.Jwts.sign(header, claims, deployment.enforcerKey);
        var changed = change.of(token);
        if (!changed.equals(token)) {
            assertThatThrownBy(() -> assertions.verify(changed, "gateway", keys))
                    .isExactlyInstanceOf(InvalidJws.class);
        }
    }

    @Property(tries = 5_000)
    void anyTextIsATokenOrRefused(
            @ForAll
                    @StringLength(max = 200)
                    @CharRange(from = 'A', to = 'Z')
                    @CharRange(from = '-', to = '9')
                    @CharRange(from = '_', to = 'z')
                    String text,
            @ForAll @IntRange(max = 3) int dots) {
        var token = text;
        for (var i = 0; i < dots && !token.isEmpty(); i++) {
            var at = Math.floorMod(text.hashCode() * (i + 7), token.length());
            token = token.substring(0, at) + '.' + token.substring(at);
        }
        try {
            CompactJws.parse(token, 1_000);
        } catch (InvalidJws e) {
            assertThat(e.text()).isNotEmpty();
        }
    }

    /** One member of a key replaced by anything: a key that works, or refused. */
    @Property(tries = 2_000)
    void anyKeyIsReadOrRefused(
            @ForAll("members") String member, @ForAll @StringLength(max = 100) String value, @ForAll boolean number) {
        var jwk = (tools.jackson.databind.node.ObjectNode)
                Json.MAPPER.readTree(deployment.enforcerKey.toPublicJWK().toJSONString());
        if (number) {
            jwk.put(member, value.length());
        } else {
            jwk.put(member, value);
        }
        try {
            assertThat(PublicJwk.of(jwk).thumbprint()).hasSize(43);
        } catch (InvalidJws e) {
            assertThat(e.text()).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<String> members() {
        return Arbitraries.of("kty", "crv", "x", "y", "n", "e", "d", "k", "p", "alg", "use", "x5c", "kid");
    }
}
