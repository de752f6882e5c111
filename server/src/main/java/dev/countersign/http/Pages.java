package dev.countersign.http;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Renders the HTML pages (templates are compiled by the build) with headers that allow no inline script and no frame. */
public final class Pages {
    private static final String POLICY =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private final TemplateEngine engine;

    public Pages() {
        engine = TemplateEngine.createPrecompiled(null, ContentType.Html, null, "dev.countersign.pages");
        engine.setBinaryStaticContent(false);
    }

    /** Sends {@code template} ("approval.jte") with its parameters. */
    public void send(ServerResponse response, int status, String template, Map<String, Object> parameters) {
        var out = new Utf8ByteOutput();
        engine.render(template, parameters, out);
        var bytes = new ByteArrayOutputStream(out.getContentLength());
        try {
            out.writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        secure(response);
        response.status(status);
        response.header(HeaderValues.create(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8"));
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
        response.send(bytes.toByteArray());
    }

    /** The headers of every page and asset. */
    public static void secure(ServerResponse response) {
        response.header(HeaderNames.create("Content-Security-Policy"), POLICY);
        response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
        response.header(HeaderNames.create("X-Frame-Options"), "DENY");
        response.header(HeaderNames.create("Referrer-Policy"), "same-origin");
        response.header(HeaderNames.create("Cross-Origin-Opener-Policy"), "same-origin");
    }
}
