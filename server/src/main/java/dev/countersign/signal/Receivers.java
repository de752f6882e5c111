package dev.countersign.signal;

import dev.countersign.SignalSettings.Receiver;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Problem;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;

/** Those who may have streams of ours, as they authenticate. */
final class Receivers {
    private final List<Receiver> receivers;
    private final EnforcementPoints points;
    private final TargetStore targets;

    Receivers(List<Receiver> receivers, EnforcementPoints points, TargetStore targets) {
        this.receivers = receivers;
        this.points = points;
        this.targets = targets;
    }

    /** The caller. Problem 401 when it is nobody, 403 when it is no receiver. */
    Receiver authenticate(ServerRequest request) {
        var point = points.authenticate(request);
        return receivers.stream()
                .filter(known -> known.enforcementPoint().equals(point.id()))
                .findFirst()
                .orElseThrow(() -> Problem.forbidden("Not a receiver of signals"));
    }

    /** A stream of {@code receiver}. Problem 404 for anything else: whose it is, is not told. */
    Target stream(Receiver receiver, String id) {
        return targets.find(id)
                .filter(Target::isStream)
                .filter(stream -> stream.owner().equals(receiver.enforcementPoint()))
                .orElseThrow(() -> Problem.notFound("No such stream"));
    }
}
