package dev.countersign.callback;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.jose.BodyToken;
import dev.countersign.outbound.Backoff;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundFailure;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.store.Database;
import dev.countersign.transaction.AccessRequestTasks;
import dev.countersign.watch.Errands;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Tells what is due, on every node; each is told by one of them at a time. An endpoint that does not answer is tried again with
 * growing pauses for {@link #GIVES_UP}; each is told on a thread of its own, so that none waits for another.
 */
final class CallbackDispatch implements AutoCloseable {
    /** Type of the token that it shows. */
    static final String TYP = "callback+jwt";

    /** How often it looks. */
    static final Duration PERIOD = Duration.ofMillis(500);

    /** How long one attempt may take before another node may try: longer than {@link OutboundHttp#TIMEOUT}. */
    static final Duration LEASE = Duration.ofSeconds(30);

    /** How long an endpoint is tried before it is given up. */
    static final Duration GIVES_UP = Duration.ofHours(24);

    /** Pauses after failures, before up to half as long again is added. */
    static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(15));

    private static final Logger LOG = LoggerFactory.getLogger(CallbackDispatch.class);

    private final Database database;
    private final Journal journal;
    private final OutboundHttp http;
    private final BodyToken tokens;
    private final AccessRequestTasks tasks;
    private final InstantSource clock;
    private final RandomGenerator random;
    private @Nullable Errands<Due> errands;

    CallbackDispatch(
            Database database,
            Journal journal,
            OutboundHttp http,
            BodyToken tokens,
            AccessRequestTasks tasks,
            InstantSource clock,
            RandomGenerator random) {
        this.database = database;
        this.journal = journal;
        this.http = http;
        this.tokens = tokens;
        this.tasks = tasks;
        this.clock = clock;
        this.random = random;
    }

    /** Begins to tell. */
    void start() {
        errands = Errands.start("callbacks", PERIOD, OutboundHttp.TIMEOUT, this::claim, this::tell);
    }

    private List<Due> claim(int room) {
        var now = clock.instant();
        return database.<Boolean>read(handle -> CallbackStore.isDue(handle, now))
                ? journal.commit((handle, evidence) -> CallbackStore.claim(handle, now, now.plus(LEASE), room))
                : List.of();
    }

    private void tell(Due due) {
        JsonNode task;
        try {
            task = tasks.status(new EnforcementPoint(due.enforcementPoint(), Set.of()), due.task())
                    .get("task");
        } catch (Problem e) {
            settle(due, "gone");
            return;
        }
        var status = task.path("status").asString();
        if (!due.events().contains(status) || status.equals(due.told())) {
            settle(due, status);
            return;
        }
        var error = send(due, task);
        if (error.isEmpty()) {
            settle(due, status);
        } else {
            failed(due, error);
        }
    }

    private void settle(Due due, String status) {
        journal.<Boolean>commit((handle, evidence) -> {
            CallbackStore.settled(handle, due, status);
            return true;
        });
    }

    /** Empty when the endpoint took it, else what went wrong. */
    private String send(Due due, JsonNode task) {
        var body = Json.MAPPER.createObjectNode();
        if (due.state() != null) {
            body.put("state", due.state());
        }
        var told = body.putObject("task");
        for (var member : new String[] {"id", "status", "status_endpoint"}) {
            told.set(member, task.get(member));
        }
        var bytes = Json.MAPPER.writeValueAsBytes(body);
        var token = tokens.sign(due.endpoint(), due.task(), bytes, clock.instant());
        try {
            var answer = http.post(
                    Destination.named(URI.create(due.endpoint())),
                    "application/json",
                    Map.of("Authorization", "Bearer " + token),
                    bytes);
            return answer.status() / 100 == 2 ? "" : "answered " + answer.status();
        } catch (OutboundFailure e) {
            return e.text();
        }
    }

    private void failed(Due due, String error) {
        var now = clock.instant();
        if (now.isBefore(due.since().plus(GIVES_UP))) {
            var next = now.plus(PAUSES.after(due.attempts() + 1, random));
            journal.<Boolean>commit((handle, evidence) -> {
                CallbackStore.failed(handle, due, error, next);
                return true;
            });
            return;
        }
        LOG.warn("the callback of {} is given up: {}", due.task(), error);
        journal.<Boolean>commit((handle, evidence) -> {
            if (CallbackStore.giveUp(handle, due, error, now)) {
                evidence.record(Entry.of("callback.given_up", due.task())
                        .with("enforcement_point", due.enforcementPoint())
                        .with("reason", error));
            }
            return true;
        });
    }

    @Override
    public void close() {
        if (errands != null) {
            errands.close();
        }
    }
}
