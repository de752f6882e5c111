package dev.countersign.lab.attack;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.DoorSettings;
import dev.countersign.DoorSettings.AccessTokens;
import dev.countersign.DoorSettings.Ci;
import dev.countersign.DoorSettings.Forge;
import dev.countersign.DoorSettings.Job;
import dev.countersign.DoorSettings.JwtSvids;
import dev.countersign.DoorSettings.Keys;
import dev.countersign.DoorSettings.Reuse;
import dev.countersign.DoorSettings.Terms;
import dev.countersign.DoorSettings.TrustDomain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A forge, two SPIFFE trust domains, and identity providers that went wrong: their documents point where they should not. Also
 * a server inside our network, which counts who comes.
 */
final class TokenIssuers implements AutoCloseable {
    static final String AUDIENCE = "https://countersign.lab";
    static final String SUBJECT = "repo:lab/shop:environment:production";
    static final String REPOSITORY = "74018205";
    static final String OWNER = "15368";

    /** Name of the provider that did nothing wrong. */
    static final String HONEST = "honest";

    final ECKey forgeKey = newKey();
    final ECKey domainKey = newKey();
    final ECKey partnerKey = newKey();
    final ECKey providerKey = newKey();
    private final AtomicInteger intrusions = new AtomicInteger();
    private final HttpServer outside = listen();
    private final HttpServer inside = listen();

    /** Providers and where each says that its keys are. */
    private final Map<String, String> providers = new TreeMap<>();

    TokenIssuers() throws IOException {
        var insidePort = inside.getAddress().getPort();
        providers.put(HONEST, base(HONEST) + "/jwks");
        providers.put("redirecting", base("redirecting") + "/away");
        providers.put("plain", "http://localhost:" + insidePort + "/jwks");
        providers.put("loopback", "https://127.0.0.1:" + insidePort + "/jwks");
        providers.put("loopback-number", "https://2130706433:" + insidePort + "/jwks");
        providers.put("loopback-ipv6", "https://[::1]:" + insidePort + "/jwks");
        providers.put("mapped", "https://[::ffff:127.0.0.1]:" + insidePort + "/jwks");
        providers.put("metadata", "https://169.254.169.254/latest/meta-data/");
        providers.put("private", "https://10.0.0.1/jwks");
        providers.put("file", "file:///etc/passwd");
        inside.createContext("/", exchange -> {
            intrusions.incrementAndGet();
            answer(exchange, 200, new JWKSet(providerKey.toPublicJWK()).toString());
        });
        outside.createContext("/", this::serve);
        inside.start();
        outside.start();
    }

    private static HttpServer listen() throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath().substring(1).split("/", 2);
        var rest = path.length > 1 ? path[1] : "";
        switch (path[0] + "/" + rest) {
            case "forge/.well-known/openid-configuration" ->
                answer(exchange, 200, document("forge", base("forge") + "/jwks"));
            case "forge/jwks" -> answer(exchange, 200, new JWKSet(forgeKey.toPublicJWK()).toString());
            case "domain/bundle" -> answer(exchange, 200, bundle(domainKey));
            case "partner/bundle" -> answer(exchange, 200, bundle(partnerKey));
            case HONEST + "/jwks" -> answer(exchange, 200, new JWKSet(providerKey.toPublicJWK()).toString());
            case "redirecting/away" -> {
                exchange.getResponseHeaders()
                        .add(
                                "Location",
                                "http://localhost:" + inside.getAddress().getPort() + "/jwks");
                answer(exchange, 302, "");
            }
            default -> {
                var keys = rest.equals(".well-known/openid-configuration") ? providers.get(path[0]) : null;
                answer(exchange, keys == null ? 404 : 200, keys == null ? "" : document(path[0], keys));
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        try (exchange) {
            var bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private String document(String issuer, String keys) {
        return "{\"issuer\":\"" + base(issuer) + "\",\"jwks_uri\":\"" + keys + "\"}";
    }

    private static String bundle(ECKey key) {
        return "{\"spiffe_sequence\":1,\"keys\":["
                + key.toPublicJWK().toJSONString().replace("{", "{\"use\":\"jwt-svid\",") + "]}";
    }

    private static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("This JDK makes no P-256 keys", e);
        }
    }

    /** The issuer of this name. */
    String base(String name) {
        return "http://localhost:" + outside.getAddress().getPort() + "/" + name;
    }

    /** Providers whose documents point inside our network, or send there. */
    Set<String> gone() {
        var gone = new TreeMap<>(providers);
        gone.remove(HONEST);
        return gone.keySet();
    }

    /** How often somebody came to the server inside. */
    int intrusions() {
        return intrusions.get();
    }

    /** Doors for all of them. */
    DoorSettings doors() {
        var once = new Terms(AUDIENCE, Set.of(), Duration.ofHours(1), Reuse.ONCE);
        var forge = new Ci(
                URI.create(base("forge")),
                Keys.DISCOVERED,
                once,
                Forge.GITHUB,
                List.of(new Job(SUBJECT, REPOSITORY, OWNER, null, "production")));
        var access = new ArrayList<AccessTokens>();
        for (var name : providers.keySet()) {
            access.add(new AccessTokens(
                    URI.create(base(name)), Keys.DISCOVERED, once, Set.of(), "sub", "groups", Set.of()));
        }
        return new DoorSettings(
                access,
                List.of(domain("lab.example", "domain"), domain("partner.example", "partner")),
                new JwtSvids(new Terms(AUDIENCE, Set.of(), Duration.ofHours(1), Reuse.UNTIL_EXPIRY)),
                List.of(),
                List.of(forge));
    }

    private TrustDomain domain(String name, String path) {
        return new TrustDomain(name, null, URI.create(base(path) + "/bundle"), null);
    }

    /** A token with these claims, signed by {@code key}. */
    static String sign(ECKey key, String type, JWTClaimsSet claims) {
        try {
            var header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .keyID(key.getKeyID())
                    .type(new JOSEObjectType(type))
                    .build();
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("The lab cannot sign", e);
        }
    }

    @Override
    public void close() {
        outside.stop(0);
        inside.stop(0);
    }
}
