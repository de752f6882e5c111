package dev.countersign.callback;

import dev.countersign.Settings;
import dev.countersign.Settings.Enforcer;
import dev.countersign.evidence.Journal;
import dev.countersign.jose.BodyToken;
import dev.countersign.key.KeyRing;
import dev.countersign.key.RandomIds;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.store.Database;
import dev.countersign.transaction.AccessRequestTasks;
import dev.countersign.transaction.RequestObserver;
import dev.countersign.transaction.TaskCallbacks;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Callbacks of access requests. */
public final class CallbackFeature {
    private final TaskCallbacks callbacks;
    private final Function<AccessRequestTasks, CallbackDispatch> dispatch;

    private CallbackFeature(TaskCallbacks callbacks, Function<AccessRequestTasks, CallbackDispatch> dispatch) {
        this.callbacks = callbacks;
        this.dispatch = dispatch;
    }

    public static CallbackFeature wire(
            Settings settings,
            Database database,
            Journal journal,
            KeyRing keys,
            InstantSource clock,
            SecureRandom random) {
        var registered = new RegisteredCallbacks(
                settings.enforcementPoints().stream().collect(Collectors.toMap(Enforcer::id, Enforcer::callbacks)));
        var tokens = new BodyToken(CallbackDispatch.TYP, settings.issuer(), keys, new RandomIds(random));
        var http = new OutboundHttp(settings.outbound());
        return new CallbackFeature(
                registered, tasks -> new CallbackDispatch(database, journal, http, tokens, tasks, clock, random));
    }

    /** Where tasks say whom to tell. */
    public TaskCallbacks callbacks() {
        return callbacks;
    }

    /** Notes in each change's commit that there may be something to tell. */
    public RequestObserver observer() {
        return (handle, evidence, change) ->
                CallbackStore.changed(handle, change.request().id(), change.at());
    }

    /** Begins to tell. Close it to stop. */
    public AutoCloseable start(AccessRequestTasks tasks) {
        var started = dispatch.apply(tasks);
        started.start();
        return started;
    }
}
