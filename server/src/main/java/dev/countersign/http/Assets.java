package dev.countersign.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.regex.Pattern;

/** The style sheet, scripts and pictures of the pages: {@code /assets/NAME} from the class path. */
public final class Assets {
    /** How long a browser keeps one. */
    public static final Duration MAX_AGE = Duration.ofHours(1);

    private static final Pattern PATH = Pattern.compile("/assets/([a-z0-9-]{1,64}\\.(css|js|svg))");

    private Assets() {}

    public static void register(HttpRouting.Builder routing) {
        routing.get("/assets/*", Assets::asset);
    }

    private static void asset(ServerRequest request, ServerResponse response) {
        var path = PATH.matcher(request.path().path());
        if (!path.matches()) {
            throw Problem.notFound("No such asset");
        }
        var bytes = read("/assets/" + path.group(1));
        Pages.secure(response);
        response.header(HeaderValues.create(HeaderNames.CONTENT_TYPE, mediaType(path.group(2))));
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "public, max-age=" + MAX_AGE.toSeconds()));
        response.send(bytes);
    }

    private static String mediaType(String extension) {
        return switch (extension) {
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            default -> "image/svg+xml";
        };
    }

    private static byte[] read(String resource) {
        try (var in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw Problem.notFound("No such asset");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
