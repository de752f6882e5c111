package dev.countersign.session;

import dev.countersign.CertificateSettings.Login;
import dev.countersign.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the metadata say of client certificates (RFC 8705 §3.3, §5). */
final class CertificateMetadata {
    private CertificateMetadata() {}

    /** Whether a certificate can reach us at all: over our own port, or by a proxy. */
    private static boolean reachesUs(Settings settings) {
        var tls = settings.tls();
        return (tls != null && tls.mutual() != null)
                || !settings.certificates().proxies().isEmpty();
    }

    /** Ways in which clients authenticate here. */
    static List<String> authMethods(Settings settings) {
        var methods = new ArrayList<>(List.of("none", "private_key_jwt"));
        if (reachesUs(settings)) {
            var logins = settings.clients().stream()
                    .map(Settings.Client::certificate)
                    .toList();
            if (settings.certificates().svids() || logins.stream().anyMatch(Login.Named.class::isInstance)) {
                methods.add("tls_client_auth");
            }
            if (logins.stream().anyMatch(Login.SelfSigned.class::isInstance)) {
                methods.add("self_signed_tls_client_auth");
            }
        }
        return methods;
    }

    static Map<String, Object> of(Settings settings) {
        var about = new LinkedHashMap<String, Object>();
        about.put("tls_client_certificate_bound_access_tokens", reachesUs(settings));
        var tls = settings.tls();
        if (tls != null && tls.mutual() != null) {
            var url = tls.mutual().url();
            about.put(
                    "mtls_endpoint_aliases",
                    Map.of(
                            "token_endpoint", url + "/oauth/token",
                            "revocation_endpoint", url + "/oauth/revoke",
                            "introspection_endpoint", url + "/oauth/introspect"));
        }
        return about;
    }
}
