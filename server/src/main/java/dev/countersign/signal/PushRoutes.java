package dev.countersign.signal;

import dev.countersign.SignalSettings.Delivery;
import dev.countersign.SignalSettings.Transmitter;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Problem;
import dev.countersign.signal.RefusedSet.Code;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code POST /signals/push/{transmitter}}: tokens that transmitters push (RFC 8935 §2). */
final class PushRoutes {
    private static final String MEDIA_TYPE = "application/secevent+jwt";

    private final List<Transmitter> transmitters;
    private final Intake intake;

    PushRoutes(List<Transmitter> transmitters, Intake intake) {
        this.transmitters = transmitters;
        this.intake = intake;
    }

    void register(HttpRouting.Builder routing) {
        routing.post("/signals/push/{transmitter}", this::push);
    }

    private void push(ServerRequest request, ServerResponse response) {
        var id = request.path().pathParameters().get("transmitter");
        var from = transmitters.stream()
                .filter(known -> known.id().equals(id) && known.delivery() == Delivery.PUSH)
                .findFirst()
                .orElseThrow(() -> Problem.notFound("No such transmitter"));
        try {
            requireAuthorized(request, from);
            intake.take(token(request), from);
            response.status(202);
            response.header(HeaderNames.CACHE_CONTROL, "no-store");
            response.send();
        } catch (RefusedSet e) {
            refuse(response, e);
        }
    }

    /** Once for the log, in constant time for the comparison. */
    private void requireAuthorized(ServerRequest request, Transmitter from) {
        var wanted = from.authorization();
        if (wanted == null) {
            return;
        }
        var sent = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        if (!MessageDigest.isEqual(sent.getBytes(StandardCharsets.UTF_8), wanted.getBytes(StandardCharsets.UTF_8))) {
            var refusal = new RefusedSet(Code.AUTHENTICATION_FAILED, "The Authorization header is not the one agreed");
            intake.refused(from, refusal);
            throw refusal;
        }
    }

    private static String token(ServerRequest request) {
        var type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        var end = type.indexOf(';');
        if (!(end < 0 ? type : type.substring(0, end))
                .strip()
                .toLowerCase(Locale.ROOT)
                .equals(MEDIA_TYPE)) {
            throw new RefusedSet(Code.INVALID_REQUEST, "Send Content-Type: " + MEDIA_TYPE);
        }
        var body = Bodies.bytes(request);
        if (body.length == 0 || body.length > SetCheck.MAX_TOKEN) {
            throw new RefusedSet(
                    Code.INVALID_REQUEST, "Send one token of at most " + SetCheck.MAX_TOKEN + " characters");
        }
        return new String(body, StandardCharsets.US_ASCII).strip();
    }

    /** RFC 8935 §2.3: status 400 with the code and a text in a named language. */
    private static void refuse(ServerResponse response, RefusedSet e) {
        response.header(HeaderNames.CONTENT_LANGUAGE, "en");
        Answers.json(response, 400, Map.of("err", e.code().err(), "description", e.description()));
    }
}
