package dev.countersign.cli.policy;

import dev.countersign.cli.remote.Http.Answer;
import dev.countersign.cli.remote.ServerSession;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** One change of the live version, followed until it is live, refused, or waits for people longer than this command. */
final class Wish {
    /** Exit code when people still have to approve. */
    static final int WAITS = 3;

    /** How often a waiting command looks. */
    static final Duration LOOK = Duration.ofSeconds(2);

    /** Step-ups that a command asks for before it gives up. */
    static final int MAX_STEP_UPS = 3;

    private static final Set<String> OVER = Set.of("denied", "cancelled", "expired");

    private final ServerSession session;
    private final Function<ServerSession, Answer> request;
    private final Duration patience;
    private final PrintWriter out;
    private final PrintWriter err;

    /** @param request asks for the change; asking again is the same transaction */
    Wish(
            ServerSession session,
            Function<ServerSession, Answer> request,
            Duration patience,
            PrintWriter out,
            PrintWriter err) {
        this.session = session;
        this.request = request;
        this.patience = patience;
        this.out = out;
        this.err = err;
    }

    /** Exit code: 0 live, {@link Faults#REFUSED}, {@link #WAITS}. */
    int follow() {
        var deadline = System.nanoTime() + patience.toNanos();
        var stepUps = 0;
        var shown = false;
        while (true) {
            var answer = request.apply(session);
            warnings(answer.body(), shown);
            var stepUp = stepUp(answer.body());
            if (answer.status() == 200) {
                var live = answer.body().path("live");
                out.println("live: version " + live.path("version").asString() + ", "
                        + live.path("hash").asString());
                return 0;
            } else if (answer.status() == 202) {
                var task = answer.body().path("task");
                if (!shown) {
                    out.println("waits for approval: " + answer.reason());
                    out.println(task.at("/links/review").asString());
                    out.flush();
                }
                shown = true;
                var over = await(task.path("id").asString(), deadline);
                if (over != 0) {
                    return over;
                }
            } else if (answer.status() == 401 && stepUp != null && session.canStepUp() && stepUps < MAX_STEP_UPS) {
                stepUps++;
                out.println(answer.reason());
                session.stepUp(
                        stepUp.path("acr_value").asString("urn:countersign:acr:phr"),
                        stepUp.path("max_age").asLong(300));
            } else {
                return refused(answer);
            }
        }
    }

    /** Waits until people have approved: then 0, else the exit code. */
    private int await(String task, long deadline) {
        while (System.nanoTime() < deadline) {
            var status = session.get("/policies/requests/" + task)
                    .body()
                    .at("/task/status")
                    .asString("");
            if (status.equals("approved")) {
                return 0;
            }
            if (OVER.contains(status)) {
                err.println("refused: the request is " + status);
                return Faults.REFUSED;
            }
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return WAITS;
            }
        }
        out.println("not live yet: give the same command again when it is approved");
        return WAITS;
    }

    private void warnings(JsonNode body, boolean shown) {
        if (!shown) {
            body.path("warnings").forEach(warning -> err.println("warning: " + warning.asString()));
        }
    }

    private static @org.jspecify.annotations.Nullable JsonNode stepUp(JsonNode body) {
        for (var obligation : body.at("/context/obligations")) {
            if (obligation.path("type").asString("").equals("step-up")) {
                return obligation.path("properties");
            }
        }
        return null;
    }

    private int refused(Answer answer) {
        for (var fault : answer.body().path("faults")) {
            err.println(fault.path("file").asString() + ":" + fault.path("line").asString() + ": "
                    + fault.path("reason").asString());
        }
        var denied = answer.body().at("/task/status").asString("").equals("denied");
        err.println("refused: " + (denied ? "an approver said no" : answer.reason()));
        return Faults.REFUSED;
    }
}
