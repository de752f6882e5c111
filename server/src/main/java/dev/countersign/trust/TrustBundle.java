package dev.countersign.trust;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.countersign.http.Json;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keys that speak for one trust domain (SPIFFE Trust Domain and Bundle §4).
 *
 * @param trustDomain the one they are believed for, and no other
 * @param jwtKeys that sign JWT-SVIDs, each with its {@code kid}
 * @param x509Authorities CA certificates that X.509-SVIDs chain to
 * @param sequence {@code spiffe_sequence}, or null
 * @param refreshAfter {@code spiffe_refresh_hint} within {@link #MIN_REFRESH} and {@link #MAX_REFRESH}
 */
public record TrustBundle(
        String trustDomain,
        JWKSet jwtKeys,
        List<X509Certificate> x509Authorities,
        @Nullable Long sequence,
        Duration refreshAfter) {
    /** Most keys of one bundle. */
    public static final int MAX_KEYS = 200;

    /** Shortest time between two looks at a bundle endpoint. */
    public static final Duration MIN_REFRESH = Duration.ofSeconds(10);

    /** Longest time between two looks: how long a withdrawn key may still verify. */
    public static final Duration MAX_REFRESH = Duration.ofMinutes(15);

    /** Without a hint (SPIFFE Federation §4.1). */
    public static final Duration DEFAULT_REFRESH = Duration.ofMinutes(5);

    private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    public TrustBundle {
        x509Authorities = List.copyOf(x509Authorities);
    }

    /** Reads a bundle. Keys of unknown types and uses are left out (§4.2). Throws {@link TrustUnavailable}. */
    static TrustBundle of(String trustDomain, JsonNode document) {
        var keys = document.path("keys");
        if (!keys.isArray() || keys.size() > MAX_KEYS) {
            throw new TrustUnavailable(
                    "The bundle of " + trustDomain + " has no list of at most " + MAX_KEYS + " keys");
        }
        var jwtKeys = new ArrayList<JWK>();
        var authorities = new ArrayList<X509Certificate>();
        for (var key : keys) {
            if (PRIVATE_MEMBERS.stream().anyMatch(key::has)) {
                throw new TrustUnavailable("The bundle of " + trustDomain + " holds a key that is not public");
            }
            switch (key.path("use").asString("")) {
                case "jwt-svid" -> addJwtKey(trustDomain, key, jwtKeys);
                case "x509-svid" -> authorities.add(authority(trustDomain, key));
                default -> {} // §4.2.2: must be ignored
            }
        }
        return new TrustBundle(
                trustDomain, new JWKSet(jwtKeys), authorities, sequence(trustDomain, document), refreshAfter(document));
    }

    private static void addJwtKey(String trustDomain, JsonNode key, List<JWK> keys) {
        if (!List.of("EC", "RSA").contains(key.path("kty").asString(""))) {
            return; // §4.2.1: must be ignored; JWT-SVID §2.1 knows no other keys
        }
        if (key.path("kid").asString("").isEmpty()) {
            throw new TrustUnavailable("A JWT key in the bundle of " + trustDomain + " has no id"); // JWT-SVID §6.1
        }
        var plain = ((ObjectNode) key.deepCopy());
        plain.remove("use"); // SPIFFE's own word, which nothing that verifies signatures knows
        plain.remove("x5c");
        try {
            keys.add(JWK.parse(Json.MAPPER.writeValueAsString(plain)));
        } catch (ParseException e) {
            throw new TrustUnavailable("A JWT key in the bundle of " + trustDomain + " cannot be read");
        }
    }

    /** X509-SVID §6.1: exactly one certificate, in {@code x5c}. */
    private static X509Certificate authority(String trustDomain, JsonNode key) {
        var chain = key.path("x5c");
        if (chain.isArray() && chain.size() == 1 && chain.get(0).isString()) {
            try {
                var der = Base64.getDecoder().decode(chain.get(0).stringValue());
                return (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            } catch (CertificateException | IllegalArgumentException e) {
                throw new TrustUnavailable("An X.509 authority in the bundle of " + trustDomain + " cannot be read");
            }
        }
        throw new TrustUnavailable("An X.509 authority in the bundle of " + trustDomain + " is not one certificate");
    }

    private static @Nullable Long sequence(String trustDomain, JsonNode document) {
        var sequence = document.get("spiffe_sequence");
        if (sequence == null) {
            return null;
        }
        if (!sequence.isIntegralNumber() || !sequence.canConvertToLong()) {
            throw new TrustUnavailable("The sequence number of the bundle of " + trustDomain + " is not one");
        }
        return sequence.longValue();
    }

    private static Duration refreshAfter(JsonNode document) {
        var hint = document.get("spiffe_refresh_hint");
        if (hint == null || !hint.isIntegralNumber() || !hint.canConvertToLong()) {
            return DEFAULT_REFRESH;
        }
        var seconds = Math.clamp(hint.longValue(), MIN_REFRESH.toSeconds(), MAX_REFRESH.toSeconds());
        return Duration.ofSeconds(seconds);
    }
}
