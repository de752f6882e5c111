package dev.countersign.client;

import com.nimbusds.jose.util.Base64URL;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Verifies what Countersign tells a callback endpoint (AuthZEN Callback Notifications profile): a bearer token of type
 * {@code callback+jwt} that is signed for this endpoint, this task and exactly this body. It permits nothing: ask for the
 * task's status, and evaluate again.
 */
public final class Callbacks {
    private static final String BEARER = "Bearer ";

    private final URI issuer;
    private final SignedTokens tokens;
    private final JsonMapper json;
    private final InstantSource clock;

    Callbacks(URI issuer, SignedTokens tokens, JsonMapper json, InstantSource clock) {
        this.issuer = issuer;
        this.tokens = tokens;
        this.json = json;
        this.clock = clock;
    }

    /**
     * What was told. It may be told more than once.
     *
     * @param state as it was given with the request, or null
     * @param status of the task at that moment
     */
    public record Told(
            String taskId, String status, @Nullable String state) {}

    /** It was not Countersign who called, or not here, or the body is another. */
    public static final class InvalidCallback extends Exception {
        private InvalidCallback(String message) {
            super(message);
        }
    }

    /**
     * What the callback tells, when all of it holds.
     *
     * @param authorization the header of this name, or null
     * @param body exactly as it came
     * @param endpoint the address that was named when the request was made
     * @throws InvalidCallback when it does not hold: answer 401
     * @throws CountersignException when the keys cannot be had: answer 503, it will be told again
     */
    public Told verify(@Nullable String authorization, byte[] body, URI endpoint) throws InvalidCallback {
        must(authorization != null && authorization.startsWith(BEARER), "It has no bearer token");
        var claims = claims(String.valueOf(authorization).substring(BEARER.length()));
        must(issuer.toString().equals(text(claims, "iss")), "It has another issuer");
        must(endpoint.toString().equals(text(claims, "aud")), "It is for another endpoint");
        var now = clock.instant();
        must(now.isBefore(time(claims, "exp").plus(Receipts.CLOCK_SKEW)), "It has expired");
        must(!now.isBefore(time(claims, "iat").minus(Receipts.CLOCK_SKEW)), "It was issued in the future");
        must(
                MessageDigest.isEqual(
                        sha256(body).getBytes(StandardCharsets.US_ASCII),
                        text(claims, "body_sha256").getBytes(StandardCharsets.US_ASCII)),
                "It is for another body");
        var told = told(body);
        must(told.taskId().equals(text(claims, "sub")), "It is for another task");
        return told;
    }

    private JsonNode claims(String token) throws InvalidCallback {
        try {
            return tokens.claims(token, "callback+jwt");
        } catch (SignedTokens.Invalid e) {
            throw new InvalidCallback(String.valueOf(e.getMessage()));
        }
    }

    private Told told(byte[] body) throws InvalidCallback {
        try {
            var told = json.readTree(body);
            var state = told.path("state");
            return new Told(
                    text(told.path("task"), "id"),
                    text(told.path("task"), "status"),
                    state.isString() ? state.stringValue() : null);
        } catch (JacksonException e) {
            throw new InvalidCallback("It cannot be read");
        }
    }

    private static Instant time(JsonNode claims, String name) throws InvalidCallback {
        var value = claims.path(name);
        must(value.isIntegralNumber() && value.canConvertToLong(), "It has no " + name);
        return Instant.ofEpochSecond(value.longValue());
    }

    private static String sha256(byte[] body) {
        try {
            return Base64URL.encode(MessageDigest.getInstance("SHA-256").digest(body))
                    .toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(JsonNode node, String name) {
        var value = node.path(name);
        return value.isString() ? value.stringValue() : "";
    }

    private static void must(boolean holds, String otherwise) throws InvalidCallback {
        if (!holds) {
            throw new InvalidCallback(otherwise);
        }
    }
}
