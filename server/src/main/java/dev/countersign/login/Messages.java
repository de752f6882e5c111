package dev.countersign.login;

import dev.countersign.http.Pages;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;

/** Pages that say one thing. */
final class Messages {
    private final Pages pages;

    Messages(Pages pages) {
        this.pages = pages;
    }

    void send(ServerResponse response, int status, String title, String text) {
        pages.send(response, status, "message.jte", Map.of("title", title, "text", text));
    }

    /** @param href where the page leads: an own path or an address that was registered */
    void send(ServerResponse response, int status, String title, String text, String href, String link) {
        pages.send(response, status, "message.jte", Map.of("title", title, "text", text, "href", href, "link", link));
    }
}
