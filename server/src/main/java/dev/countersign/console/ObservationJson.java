package dev.countersign.console;

import dev.countersign.http.Json;
import dev.countersign.replay.Difference;
import dev.countersign.replay.Observation;
import dev.countersign.replay.SimulationReport;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes an observation for programs. docs/policy.md shows one. */
final class ObservationJson {
    private ObservationJson() {}

    static ObjectNode write(Observation observation) {
        var json = Json.MAPPER.createObjectNode();
        json.put("candidate", observation.candidate());
        json.put("since", observation.since().toString());
        var refused = json.putArray("refused");
        observation.refused().forEach(fault -> refused.add(fault.toString()));
        var report = observation.report();
        json.put("evaluated", report == null ? 0 : report.evaluated());
        json.put("differing", report == null ? 0 : report.changed());
        json.put("principals", report == null ? 0 : report.principals());
        var kinds = json.putObject("differences");
        if (report != null) {
            kinds(report, kinds);
        }
        var examples = json.putArray("examples");
        for (var differing : observation.latest()) {
            var example = examples.addObject()
                    .put("at", differing.at().toString())
                    .put("evaluation_id", differing.evaluationId())
                    .put("principal", differing.principal())
                    .put("action", differing.action())
                    .put("resource", differing.resource())
                    .put("code", differing.code());
            var differences = example.putArray("differences");
            differing.differences().forEach(difference -> write(difference, differences));
        }
        return json;
    }

    private static void kinds(SimulationReport report, ObjectNode kinds) {
        report.kinds().forEach((kind, count) -> {
            var one = kinds.putObject(kind.word()).put("count", count.total());
            var policies = one.putArray("policies");
            count.byPolicy()
                    .forEach(policy -> policies.addObject()
                            .put("policy", policy.policy())
                            .put("detail", policy.detail())
                            .put("count", policy.count()));
        });
    }

    private static void write(Difference difference, ArrayNode differences) {
        differences
                .addObject()
                .put("kind", difference.kind().word())
                .put("policy", difference.policy())
                .put("detail", difference.detail());
    }
}
