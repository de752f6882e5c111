package dev.countersign.cli.remote;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.countersign.cli.remote.Http.Answer;
import dev.countersign.client.DpopKey;
import dev.countersign.http.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A person's session at a server, bound to a key of this command (RFC 9449). */
public final class ServerSession {
    private final ServerOptions options;
    private final PrintWriter out;
    private final Http http = new Http();
    private final ECKey jwk;
    private final DpopKey key;
    private @Nullable String token;
    private @Nullable String nonce;

    private ServerSession(ServerOptions options, PrintWriter out, ECKey jwk, @Nullable String token) {
        this.options = options;
        this.out = out;
        this.jwk = jwk;
        this.key = DpopKey.of(jwk, InstantSource.system());
        this.token = token;
    }

    /** The session of {@code --session}, or a new one that the first request opens. */
    public static ServerSession open(ServerOptions options, PrintWriter out) {
        var file = options.session;
        if (file != null && Files.exists(file)) {
            return read(options, out, file);
        }
        try {
            return new ServerSession(options, out, new ECKeyGenerator(Curve.P_256).generate(), null);
        } catch (JOSEException e) {
            throw new IllegalStateException("This JDK makes no P-256 keys", e);
        }
    }

    private static ServerSession read(ServerOptions options, PrintWriter out, Path file) {
        try {
            var kept = Json.MAPPER.readTree(Files.readAllBytes(file));
            if (!kept.path("server").asString("").equals(options.server.toString())) {
                throw new ServerRefusal(file + ": is of another server");
            }
            return new ServerSession(
                    options,
                    out,
                    ECKey.parse(kept.path("key").asString("")),
                    kept.path("token").asString(""));
        } catch (IOException | JacksonException | ParseException | IllegalArgumentException e) {
            throw new ServerRefusal(file + ": cannot be read as a session");
        }
    }

    public Answer get(String path) {
        return send("GET", path, null);
    }

    public Answer post(String path, JsonNode body) {
        return send("POST", path, body);
    }

    /** As asked; once more with the server's nonce; once more with a new token when the old one is no longer good. */
    private Answer send(String method, String path, @Nullable JsonNode body) {
        var opened = token == null;
        if (opened) {
            logIn("");
        }
        var answer = withNonce(method, path, body);
        if (isSessionRefused(answer) && !opened) {
            logIn("");
            answer = withNonce(method, path, body);
        }
        if (isSessionRefused(answer)) {
            throw new ServerRefusal("The session is not accepted: " + answer.reason());
        }
        return answer;
    }

    /** A 401 with a decision is about what the session is worth (RFC 9470), not about the session. */
    private static boolean isSessionRefused(Answer answer) {
        return answer.status() == 401
                && answer.body().at("/context/obligations").isMissingNode();
    }

    private Answer withNonce(String method, String path, @Nullable JsonNode body) {
        var answer = once(method, path, body);
        return answer.status() == 401 && answer.body().path("code").asString("").equals("use_dpop_nonce")
                ? once(method, path, body)
                : answer;
    }

    private Answer once(String method, String path, @Nullable JsonNode body) {
        var uri = URI.create(options.server + path);
        var request = HttpRequest.newBuilder(uri)
                .header("Authorization", "DPoP " + token)
                .header("DPoP", key.proof(method, uri, token, nonce))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(Json.MAPPER.writeValueAsBytes(body)));
        return noting(http.send(request));
    }

    /** True when {@link #stepUp} may help. */
    public boolean canStepUp() {
        return options.idToken == null;
    }

    /** Raises the session with the person's authenticator (RFC 9470). */
    public void stepUp(String acr, long maxAge) {
        logIn("&acr_values=" + BrowserLogin.encode(acr) + "&max_age=" + maxAge);
    }

    private void logIn(String more) {
        var grant = options.idToken == null
                ? BrowserLogin.code(options, key.thumbprint(), more, out)
                : TokenExchange.grant(options.client, options.idToken);
        var answer = exchange(grant);
        if (answer.status() == 400 && answer.body().path("error").asString("").equals("use_dpop_nonce")) {
            answer = exchange(grant);
        }
        if (answer.status() != 200) {
            throw new ServerRefusal("No session: " + answer.reason());
        }
        token = answer.body().path("access_token").asString("");
        keep();
    }

    private Answer exchange(String form) {
        var endpoint = URI.create(options.server + "/oauth/token");
        return noting(http.send(HttpRequest.newBuilder(endpoint)
                .header("DPoP", key.proof("POST", endpoint, null, nonce))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))));
    }

    private Answer noting(Answer answer) {
        answer.headers().firstValue("DPoP-Nonce").ifPresent(next -> nonce = next);
        return answer;
    }

    private void keep() {
        if (options.session != null) {
            PrivateFile.replace(
                    options.session,
                    Json.MAPPER
                            .createObjectNode()
                            .put("server", options.server.toString())
                            .put("token", token)
                            .put("key", jwk.toJSONString())
                            .toString());
        }
    }
}
