package dev.countersign.transaction;

import dev.countersign.http.Problem;
import dev.countersign.session.BrowserSessions;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import java.io.UncheckedIOException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the pages of approvals that something has changed (server-sent events). It says only that: a page loads anew what its
 * reader may see.
 */
final class InboxFeed {
    /** Feeds open at once. */
    static final int MAX_FEEDS = 512;

    /** Looks without news after which an open feed is kept alive. */
    private static final int QUIET_LOOKS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(InboxFeed.class);

    private final BrowserSessions browsers;
    private final RequestNews news;
    private final Semaphore feeds = new Semaphore(MAX_FEEDS);

    InboxFeed(BrowserSessions browsers, RequestNews news) {
        this.browsers = browsers;
        this.news = news;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/approvals/feed", this::feed);
    }

    private void feed(ServerRequest request, ServerResponse response) {
        var _ = browsers.of(request).orElseThrow(() -> Problem.unauthorized("Log in first"));
        if (!feeds.tryAcquire()) {
            throw Problem.unavailable("Too many feeds are open");
        }
        try (var sink = response.sink(SseSink.TYPE)) {
            stream(request, sink);
        } catch (UncheckedIOException e) {
            LOG.debug("a reader of the feed went away");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server stops
        } finally {
            feeds.release();
        }
    }

    /** Until the reader goes away or the session ends. */
    private void stream(ServerRequest request, SseSink sink) throws InterruptedException {
        var known = news.version();
        var quiet = 0;
        sink.emit(SseEvent.builder().comment("open").build());
        while (browsers.of(request).isPresent()) {
            var version = news.await(known);
            if (version != known) {
                known = version;
                quiet = 0;
                sink.emit(SseEvent.builder()
                        .name("changed")
                        .data(Long.toString(version))
                        .build());
            } else if (++quiet >= QUIET_LOOKS) {
                quiet = 0;
                sink.emit(SseEvent.builder().comment("alive").build());
            }
        }
    }
}
