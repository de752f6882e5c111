package dev.countersign.door;

import dev.countersign.DoorSettings.Kubernetes;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the claims of a bound service-account token, {@code kubernetes.io: {namespace, serviceaccount: {name, uid}, pod: {name,
 * uid}, node}} (Kubernetes, "Managing Service Accounts", schema for service account private claims). Verifies no signature.
 */
final class KubernetesCheck {
    /** RFC 1123 names, as Kubernetes gives them. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    private static final Pattern UID = Pattern.compile("[0-9a-zA-Z-]{1,64}");

    private KubernetesCheck() {}

    /** Whose token it is: an account that settings let in, by name and, when they have one, by uid. */
    static Account account(CompactJws token, Kubernetes settings) {
        var claims = token.payload().get("kubernetes.io");
        if (claims == null || !claims.isObject()) {
            throw new InvalidJws("it is no bound token of a service account");
        }
        var named = object(claims, "serviceaccount");
        var account = new Account(
                text(claims, "namespace", NAME),
                text(named, "name", NAME),
                text(named, "uid", UID),
                claims.has("pod") ? text(object(claims, "pod"), "name", NAME) : null);
        if (!token.claim("sub").equals(account.username())) {
            throw new InvalidJws("its subject and its service account differ");
        }
        for (var allowed : settings.accounts()) {
            if (allowed.namespace().equals(account.namespace())
                    && allowed.name().equals(account.name())
                    && (allowed.uid() == null || allowed.uid().equals(account.uid()))) {
                return account;
            }
        }
        throw new InvalidJws("its service account is not let in");
    }

    private static JsonNode object(JsonNode claims, String name) {
        var object = claims.get(name);
        if (object == null || !object.isObject()) {
            throw new InvalidJws("it does not say its " + name);
        }
        return object;
    }

    private static String text(JsonNode object, String name, Pattern pattern) {
        var text = CompactJws.text(object, name);
        if (!pattern.matcher(text).matches()) {
            throw new InvalidJws("'" + name + "' is not one of Kubernetes");
        }
        return text;
    }

    /**
     * A service account.
     *
     * @param pod that the token is bound to, or null
     */
    record Account(
            String namespace,
            String name,
            String uid,
            @Nullable String pod) {
        /** As Kubernetes names it as a user. */
        String username() {
            return "system:serviceaccount:" + namespace + ':' + name;
        }

        /** As this server names it: clusters have service accounts of the same name. */
        String workload(String cluster) {
            return TokenClaims.name("k8s://" + cluster + "/ns/" + namespace + "/sa/" + name);
        }

        Map<String, String> attributes(String cluster) {
            var attributes = new LinkedHashMap<String, String>();
            attributes.put("cluster", cluster);
            attributes.put("namespace", namespace);
            attributes.put("service_account", name);
            if (pod != null) {
                attributes.put("pod", pod);
            }
            return attributes;
        }
    }
}
