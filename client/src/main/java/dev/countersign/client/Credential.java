package dev.countersign.client;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** How an enforcement point says who it is: the value after {@code Authorization: Bearer}. */
@FunctionalInterface
interface Credential {
    String bearer() throws IOException, InterruptedException;

    /**
     * Private key (RFC 7523 private_key_jwt), exchanged for an access token that is kept until shortly before its end.
     */
    final class PrivateKeyJwt implements Credential {
        private static final long ASSERTION_SECONDS = 60;
        private static final long RENEW_BEFORE_END_SECONDS = 30;

        private final URI tokenEndpoint;
        private final String issuer;
        private final String clientId;
        private final ECKey key;
        private final Wire wire;
        private final JsonMapper json;
        private final InstantSource clock;
        private @Nullable String token; // guarded by this
        private Instant renewAt = Instant.MIN; // guarded by this

        PrivateKeyJwt(URI issuer, String clientId, ECKey key, Wire wire, JsonMapper json, InstantSource clock) {
            this.issuer = issuer.toString();
            this.tokenEndpoint = URI.create(issuer + "/oauth/token");
            this.clientId = clientId;
            this.key = key;
            this.wire = wire;
            this.json = json;
            this.clock = clock;
        }

        @Override
        public synchronized String bearer() throws IOException, InterruptedException {
            if (token == null || !clock.instant().isBefore(renewAt)) {
                renew();
            }
            if (token == null) {
                throw new IOException("No access token");
            }
            return token;
        }

        private synchronized void renew() throws IOException, InterruptedException {
            var form = "grant_type=client_credentials&client_assertion_type="
                    + URLEncoder.encode(
                            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", StandardCharsets.UTF_8)
                    + "&client_assertion=" + assertion();
            var answer = wire.send(Wire.to(tokenEndpoint)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form))
                    .build());
            if (answer.status() != 200) {
                throw new IOException("The token endpoint answered " + answer.status());
            }
            var body = json.readTree(answer.body());
            token = body.path("access_token").stringValue();
            renewAt = clock.instant().plusSeconds(body.path("expires_in").asLong(0) - RENEW_BEFORE_END_SECONDS);
        }

        private String assertion() throws IOException {
            var now = clock.instant();
            var claims = new JWTClaimsSet.Builder()
                    .issuer(clientId)
                    .subject(clientId)
                    .audience(issuer)
                    .jwtID(UUID.randomUUID().toString())
                    .issueTime(Date.from(now))
                    .expirationTime(Date.from(now.plusSeconds(ASSERTION_SECONDS)))
                    .build();
            try {
                var jwt = new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .keyID(key.getKeyID())
                                .build(),
                        claims);
                jwt.sign(new ECDSASigner(key));
                return jwt.serialize();
            } catch (JOSEException e) {
                throw new IOException("The client assertion could not be signed", e);
            }
        }
    }
}
