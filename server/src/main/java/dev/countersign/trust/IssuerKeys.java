package dev.countersign.trust;

import com.nimbusds.jose.jwk.JWKSet;
import dev.countersign.DoorSettings.Keys;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.KeySets;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundHttp;
import java.net.URI;
import java.nio.file.Path;
import java.security.PublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The keys of one issuer of tokens: from its discovery document (OpenID Connect Discovery §4, of which only {@code issuer} and
 * {@code jwks_uri} are read), from a JWK set, or from a file. Fetched when first needed, and again for an unknown key.
 */
public final class IssuerKeys {
    /** Keys older than this are fetched again, so that a withdrawn one does not verify for long. */
    public static final Duration MAX_AGE = Duration.ofMinutes(15);

    private final Refreshed<JWKSet> keys;

    public IssuerKeys(URI issuer, Keys where, OutboundHttp http, InstantSource clock) {
        var documents = new KeyDocuments(http.trusting(where.anchors()), where.credential());
        var file = where.jwksFile();
        this.keys = new Refreshed<>(
                issuer.toString(),
                known -> set(file == null ? fetch(issuer, where.jwksUri(), documents) : KeyDocuments.read(file)),
                known -> file == null ? MAX_AGE : TrustBundles.FILE_REFRESH,
                clock);
    }

    /** Those that could have signed {@code jws}; empty when the issuer has none such. Throws {@link TrustUnavailable}. */
    public List<PublicKey> candidates(CompactJws jws, SigningAlgorithm algorithm) {
        var now = keys.current();
        var found = KeySets.candidates(now, jws, algorithm);
        return found.isEmpty() ? KeySets.candidates(keys.newer(now), jws, algorithm) : found;
    }

    private static JsonNode fetch(URI issuer, @Nullable URI jwksUri, KeyDocuments documents) {
        if (jwksUri != null) {
            return documents.fetch(Destination.configured(jwksUri));
        }
        var base = issuer.toString();
        var about = Destination.configured(URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base)
                + "/.well-known/openid-configuration"));
        var document = documents.fetch(about);
        if (!document.path("issuer").asString("").equals(base)) {
            throw new TrustUnavailable("The document of " + base + " names another issuer");
        }
        try {
            return documents.fetch(
                    about.naming(URI.create(document.path("jwks_uri").asString(""))));
        } catch (IllegalArgumentException e) {
            throw new TrustUnavailable("The document of " + base + " has no usable jwks_uri");
        }
    }

    private static JWKSet set(JsonNode document) {
        try {
            return JWKSet.parse(document.toString());
        } catch (ParseException e) {
            throw new TrustUnavailable("The keys are no JWK set");
        }
    }

    /** The bearer token in {@code file}, which rotates and so is read each time. Throws {@link TrustUnavailable}. */
    public static String credential(Path file) {
        return KeyDocuments.credential(file);
    }
}
