package dev.countersign.lab.person;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import org.junit.jupiter.api.Test;

class VisitorLoginTest {
    @Test
    void theLoginFormIsFilledAndTheCodeIsNotSpent() throws Exception {
        var idp = new MockOAuth2Server(OAuth2Config.Companion.fromJson("{\"interactiveLogin\":true}"));
        idp.start();
        try {
            var visitor = new Visitor(URI.create("http://localhost:1"), InstantSource.system(), new SecureRandom());
            visitor.become("alice", Map.of("groups", List.of("treasury")));
            var callback = "http://localhost:1/callback";
            var hop = visitor.browse(
                    URI.create(idp.authorizationEndpointUrl("demo") + "?"
                            + Forms.encode(Map.of(
                                    "response_type", "code",
                                    "client_id", "c",
                                    "redirect_uri", callback,
                                    "scope", "openid",
                                    "state", "s",
                                    "nonce", "n"))),
                    uri -> uri.toString().startsWith(callback));
            var code = Forms.query(hop.location().orElseThrow()).get("code");
            var tokens = visitor.browser()
                    .send(
                            "POST",
                            URI.create(idp.tokenEndpointUrl("demo").toString()),
                            Map.of("Content-Type", "application/x-www-form-urlencoded"),
                            Forms.encode(Map.of(
                                    "grant_type", "authorization_code",
                                    "code", code,
                                    "client_id", "c",
                                    "client_secret", "s",
                                    "redirect_uri", callback)))
                    .orFail("token");
            var claims = SignedJWT.parse(tokens.json().path("id_token").stringValue())
                    .getJWTClaimsSet();
            assertThat(claims.getSubject()).isEqualTo("alice");
            assertThat(claims.getStringListClaim("groups")).containsExactly("treasury");
        } finally {
            idp.shutdown();
        }
    }
}
