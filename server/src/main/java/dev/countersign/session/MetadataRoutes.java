package dev.countersign.session;

import dev.countersign.Settings;
import dev.countersign.enforce.ClientAssertions;
import dev.countersign.http.Answers;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.key.KeyRing;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** Authorization server metadata (RFC 8414) and our public keys. */
final class MetadataRoutes {
    private final Settings settings;
    private final String issuer;
    private final KeyRing keys;
    private final Set<String> detailTypes;

    MetadataRoutes(Settings settings, KeyRing keys, Set<String> detailTypes) {
        this.detailTypes = detailTypes;
        this.settings = settings;
        this.issuer = settings.issuer().toString();
        this.keys = keys;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/.well-known/oauth-authorization-server", this::metadata)
                .get("/.well-known/jwks.json", this::keys);
    }

    private void keys(ServerRequest request, ServerResponse response) {
        var json = keys.published().toPublicJWKSet().toString();
        Answers.jsonBytes(response, 200, json.getBytes(StandardCharsets.UTF_8));
    }

    private void metadata(ServerRequest request, ServerResponse response) {
        var algorithms = Arrays.stream(SigningAlgorithm.values())
                .map(SigningAlgorithm::id)
                .toList();
        var about = new LinkedHashMap<String, Object>();
        about.put("issuer", issuer);
        about.put("authorization_endpoint", issuer + "/oauth/authorize");
        about.put("token_endpoint", issuer + "/oauth/token");
        about.put("introspection_endpoint", issuer + "/oauth/introspect");
        about.put("revocation_endpoint", issuer + "/oauth/revoke");
        about.put("jwks_uri", issuer + "/.well-known/jwks.json");
        about.put("response_types_supported", List.of("code"));
        about.put(
                "grant_types_supported",
                List.of("authorization_code", "refresh_token", TokenExchange.GRANT, "client_credentials"));
        about.put("code_challenge_methods_supported", List.of("S256"));
        about.put("token_endpoint_auth_methods_supported", CertificateMetadata.authMethods(settings));
        about.put("token_endpoint_auth_signing_alg_values_supported", algorithms);
        about.put("dpop_signing_alg_values_supported", algorithms);
        about.put("acr_values_supported", List.of(Acr.BASE, Acr.MFA, Acr.PHR));
        about.put("authorization_response_iss_parameter_supported", true);
        about.put("client_assertion_types_supported", List.of(ClientAssertions.TYPE));
        about.put("introspection_endpoint_auth_methods_supported", List.of("private_key_jwt"));
        about.put("introspection_endpoint_auth_signing_alg_values_supported", algorithms);
        about.put("revocation_endpoint_auth_methods_supported", List.of("none", "private_key_jwt"));
        about.put("revocation_endpoint_auth_signing_alg_values_supported", algorithms);
        if (!detailTypes.isEmpty()) { // RFC 9396 §10
            about.put(
                    "authorization_details_types_supported",
                    detailTypes.stream().sorted().toList());
        }
        about.putAll(CertificateMetadata.of(settings));
        Answers.json(response, 200, about);
    }
}
