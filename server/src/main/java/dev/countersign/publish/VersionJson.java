package dev.countersign.publish;

import dev.countersign.http.Json;
import dev.countersign.policy.PolicySource;
import dev.countersign.publish.Nodes.Node;
import dev.countersign.publish.PolicyVersion.Live;
import dev.countersign.publish.Publication.Outcome;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Writes versions and what came of publishing. */
final class VersionJson {
    private VersionJson() {}

    static ObjectNode list(@Nullable Live live, List<PolicyVersion> versions) {
        var answer = Json.MAPPER.createObjectNode();
        if (live != null) {
            answer.set("live", live(live));
        }
        var array = answer.putArray("versions");
        versions.forEach(version -> array.add(version(version)));
        return answer;
    }

    static ObjectNode version(PolicyVersion version) {
        var json = Json.MAPPER
                .createObjectNode()
                .put("hash", version.hash())
                .put("state", version.state().word())
                .put("publisher", version.publisher())
                .put("comment", version.comment())
                .put("proposed_by", version.proposedBy())
                .put("proposed_at", version.proposedAt().toString());
        put(json, "previous", version.previous());
        put(json, "evaluation_id", version.evaluation());
        put(json, "receipt", version.receipt());
        return json;
    }

    static ObjectNode whole(PolicyVersion version, PolicySource source) {
        var json = version(version);
        put(json, "signature", version.signature());
        var files = json.putObject("files");
        source.files().forEach(files::put);
        return json;
    }

    static ObjectNode live(Live live) {
        return Json.MAPPER
                .createObjectNode()
                .put("version", live.version())
                .put("hash", live.hash())
                .put("since", live.since().toString());
    }

    /** @param live null where the policies come from a folder */
    static ObjectNode running(String source, String hash, Instant since, @Nullable Live live, List<Node> nodes) {
        var json = live == null
                ? Json.MAPPER.createObjectNode().put("hash", hash).put("since", since.toString())
                : live(live);
        json.put("source", source);
        var array = json.putArray("nodes");
        nodes.forEach(node -> array.addObject()
                .put("node", node.node())
                .put("hash", node.hash())
                .put("since", node.since().toString())
                .put("seen_at", node.seenAt().toString()));
        return json;
    }

    static ObjectNode outcome(Outcome outcome) {
        var json = Json.MAPPER.createObjectNode();
        return switch (outcome) {
            case Outcome.Done done -> {
                json.set("live", live(done.live()));
                yield with(json, done.decision(), done.warnings());
            }
            case Outcome.Waits waits -> {
                json.set("task", waits.task().get("task"));
                yield with(json, waits.decision(), waits.warnings());
            }
            case Outcome.Refused refused -> with(json, refused.decision(), refused.warnings());
        };
    }

    private static ObjectNode with(ObjectNode json, @Nullable ObjectNode decision, List<String> warnings) {
        if (decision != null) {
            decision.properties().forEach(member -> json.set(member.getKey(), member.getValue()));
        }
        var array = json.putArray("warnings");
        warnings.forEach(array::add);
        return json;
    }

    private static void put(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
