package dev.countersign.console;

import dev.countersign.evidence.Journal;
import dev.countersign.evidence.Journal.Recorded;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.recorded.DecisionRecords;
import dev.countersign.session.BrowserSessions;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The console page and its live feed of decisions (server-sent events). */
final class ConsoleRoutes {
    /** Feeds open at once. */
    static final int MAX_FEEDS = 64;

    /** Entries that wait for a slow reader; older ones are dropped, the log keeps them. */
    static final int MAX_WAITING = 256;

    /** How often an open feed is checked against session and policy, and kept alive. */
    static final Duration RECHECK = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleRoutes.class);

    private final Journal journal;
    private final BrowserSessions browsers;
    private final ConsoleAccess access;
    private final DecisionRecords records;
    private final boolean observing;
    private final Pages pages;
    private final Semaphore feeds = new Semaphore(MAX_FEEDS);

    ConsoleRoutes(
            Journal journal,
            BrowserSessions browsers,
            ConsoleAccess access,
            DecisionRecords records,
            boolean observing,
            Pages pages) {
        this.journal = journal;
        this.browsers = browsers;
        this.access = access;
        this.records = records;
        this.observing = observing;
        this.pages = pages;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/console", this::page).get("/console/feed", this::feed);
    }

    private void page(ServerRequest request, ServerResponse response) {
        var session = browsers.require(request, response);
        if (session.isEmpty()) {
            return;
        }
        access.require(session.get());
        pages.send(
                response,
                200,
                "console.jte",
                Map.of("person", session.get().principal().id(), "records", records.counts(), "observing", observing));
    }

    private void feed(ServerRequest request, ServerResponse response) {
        var session = browsers.of(request).orElseThrow(() -> Problem.unauthorized("Log in first"));
        access.require(session);
        if (!feeds.tryAcquire()) {
            throw Problem.unavailable("Too many feeds are open");
        }
        var waiting = new ArrayBlockingQueue<Recorded>(MAX_WAITING);
        try (var _ = journal.listen(entry -> offer(waiting, entry));
                var sink = response.sink(SseSink.TYPE)) {
            stream(request, waiting, sink);
        } catch (UncheckedIOException e) {
            LOG.debug("a reader of the feed went away");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server stops: the feed ends as it does for any other reason
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            feeds.release();
        }
    }

    /** Until the reader goes away, the session ends or policy no longer lets it read. */
    private void stream(ServerRequest request, ArrayBlockingQueue<Recorded> waiting, SseSink sink)
            throws InterruptedException {
        var checked = System.nanoTime();
        sink.emit(SseEvent.builder().comment("open").build());
        while (true) {
            var entry = waiting.poll(RECHECK.toMillis(), TimeUnit.MILLISECONDS);
            if (entry != null) {
                sink.emit(SseEvent.builder()
                        .name("entry")
                        .data(new String(entry.bytes(), StandardCharsets.UTF_8))
                        .build());
            }
            if (System.nanoTime() - checked > RECHECK.toNanos()) {
                checked = System.nanoTime();
                if (browsers.of(request).filter(access::mayRead).isEmpty()) {
                    return;
                }
                sink.emit(SseEvent.builder().comment("alive").build());
            }
        }
    }

    private static void offer(ArrayBlockingQueue<Recorded> waiting, Recorded entry) {
        while (!waiting.offer(entry)) {
            waiting.poll();
        }
    }
}
