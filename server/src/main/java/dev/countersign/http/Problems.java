package dev.countersign.http;

import io.helidon.http.BadRequestException;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what went wrong into RFC 9457 problem documents, and into a page for someone who looks at one: the caller's fault
 * told, ours logged once with an id.
 */
public final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    static final String MEDIA_TYPE = "application/problem+json";

    private final SecureRandom random;
    private final Pages pages = new Pages();

    public Problems(SecureRandom random) {
        this.random = random;
    }

    /** Registers the error handlers. */
    public void register(HttpRouting.Builder routing) {
        routing.error(Problem.class, this::answer);
        routing.error(
                BadRequestException.class,
                (request, response, e) -> answer(
                        request, response, new Problem(400, "invalid-request", "The request could not be read")));
        routing.error(
                HttpException.class,
                (request, response, e) -> answer(
                        request,
                        response,
                        new Problem(e.status().code(), "http", e.status().reasonPhrase())));
        routing.error(Throwable.class, this::ours);
    }

    private void ours(ServerRequest request, ServerResponse response, Throwable e) {
        var id = new byte[8];
        random.nextBytes(id);
        var incident = HexFormat.of().formatHex(id);
        LOG.error(
                "incident {} at {} {}",
                incident,
                request.prologue().method(),
                request.path().path(),
                e);
        answer(
                request,
                response,
                new Problem(500, "internal", "Something failed here; nothing was permitted")
                        .with("incident", incident));
    }

    private void answer(ServerRequest request, ServerResponse response, Problem problem) {
        if (!isForAPerson(request)) {
            write(response, problem);
            return;
        }
        problem.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        var incident = problem.extensions().get("incident");
        pages.send(
                response,
                problem.status(),
                "message.jte",
                Map.of(
                        "title",
                        title(problem.status()),
                        "text",
                        problem.detail() + (incident == null ? "." : ". The incident is " + incident + "."),
                        "href",
                        "/",
                        "link",
                        "Back to the start"));
    }

    /** Browsers name HTML when they load a page or send a form; scripts and enforcement points do not. */
    private static boolean isForAPerson(ServerRequest request) {
        return request.headers().first(HeaderNames.ACCEPT).orElse("").contains("text/html");
    }

    private static String title(int status) {
        return switch (status) {
            case 401 -> "Log in first";
            case 403 -> "This is not for you";
            case 404 -> "There is nothing here";
            case 409 -> "This is no longer possible";
            case 429 -> "Too many attempts";
            case 503 -> "Not available right now";
            default -> status < 500 ? "This does not work" : "Something failed here";
        };
    }

    /** Writes {@code problem} as the answer. */
    private static void write(ServerResponse response, Problem problem) {
        problem.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        response.status(problem.status());
        response.header(HeaderValues.create(HeaderNames.CONTENT_TYPE, MEDIA_TYPE));
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
        response.send(bytes(problem));
    }

    /** The problem document. */
    static byte[] bytes(Problem problem) {
        var body = Json.MAPPER.createObjectNode();
        body.put("type", "urn:countersign:problem:" + problem.type());
        body.put("title", Status.create(problem.status()).reasonPhrase());
        body.put("status", problem.status());
        body.put("detail", problem.detail());
        problem.extensions().forEach((name, value) -> body.set(name, Json.MAPPER.valueToTree(value)));
        return Json.MAPPER.writeValueAsBytes(body);
    }
}
