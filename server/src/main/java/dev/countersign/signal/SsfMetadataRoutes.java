package dev.countersign.signal;

import dev.countersign.http.Answers;
import io.helidon.webserver.http.HttpRouting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code /.well-known/ssf-configuration} (SSF 1.0 §7). */
final class SsfMetadataRoutes {
    private final String issuer;

    SsfMetadataRoutes(String issuer) {
        this.issuer = issuer;
    }

    void register(HttpRouting.Builder routing) {
        var about = new LinkedHashMap<String, Object>();
        about.put("spec_version", "1_0");
        about.put("issuer", issuer);
        about.put("jwks_uri", issuer + "/.well-known/jwks.json");
        about.put("delivery_methods_supported", List.of(Subscriber.PUSH, Subscriber.POLL));
        about.put("configuration_endpoint", issuer + "/signals/streams");
        about.put("status_endpoint", issuer + "/signals/status");
        about.put("add_subject_endpoint", issuer + "/signals/subjects:add");
        about.put("remove_subject_endpoint", issuer + "/signals/subjects:remove");
        about.put("verification_endpoint", issuer + "/signals/verify");
        about.put("authorization_schemes", List.of(Map.of("spec_urn", "urn:ietf:rfc:6749")));
        about.put("default_subjects", "ALL");
        routing.get("/.well-known/ssf-configuration", (request, response) -> Answers.json(response, 200, about));
    }
}
