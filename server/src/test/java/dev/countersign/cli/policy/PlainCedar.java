package dev.countersign.cli.policy;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.entity.Entities;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.schema.Schema;
import com.cedarpolicy.value.EntityUID;
import dev.countersign.http.Json;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.Policy;
import dev.countersign.policy.RequestJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Cedar's reference implementation over a pack's files, without anything of ours in between. */
final class PlainCedar {
    private final Schema schema;
    private final com.cedarpolicy.model.policy.PolicySet policies;
    private final List<JsonNode> stored = new ArrayList<>();

    /** What Cedar says of one request. */
    record Outcome(boolean allowed, Set<String> determining, Set<String> errors) {}

    PlainCedar(Path pack) throws IOException, InternalException {
        schema = Schema.parse(Schema.JsonOrCedar.Cedar, text(pack, ".cedarschema"));
        var named = new HashSet<com.cedarpolicy.model.policy.Policy>();
        for (var policy : com.cedarpolicy.model.policy.PolicySet.parsePolicies(text(pack, ".cedar")).policies) {
            named.add(new com.cedarpolicy.model.policy.Policy(policy.getSource(), policy.getAnnotation("id")));
        }
        policies = new com.cedarpolicy.model.policy.PolicySet(named);
        Json.MAPPER.readTree(Files.readString(pack.resolve("entities.json"))).forEach(stored::add);
    }

    private static String text(Path pack, String suffix) throws IOException {
        var texts = new StringBuilder();
        try (var files = Files.list(pack)) {
            for (var file : files.filter(each -> each.toString().endsWith(suffix))
                    .sorted()
                    .toList()) {
                texts.append(Files.readString(file)).append('\n');
            }
        }
        return texts.toString();
    }

    /** Empty when the request does not fit the schema. */
    Optional<Outcome> decide(RequestJson asked) throws AuthException, IOException {
        var json = asked.toJson();
        var context = Entity.parse("{\"uid\":{\"type\":\"Context\",\"id\":\"c\"},\"parents\":[],\"attrs\":"
                        + json.get("context") + "}")
                .attrs;
        var request = new AuthorizationRequest(
                uid(asked.request().principal()),
                uid(asked.request().action()),
                uid(asked.request().resource()),
                Optional.of(context),
                Optional.of(schema),
                true);
        return new BasicAuthorizationEngine()
                .isAuthorized(
                        request,
                        policies,
                        Entities.parse(all(json.get("entities")).toString()))
                .success
                .map(success -> new Outcome(
                        success.isAllowed(),
                        new TreeSet<>(success.getReason()),
                        success.getErrors().stream()
                                .map(error -> error.getPolicyId())
                                .collect(Collectors.toCollection(TreeSet::new))));
    }

    /** One of the request hides a stored one of the same name. */
    private ArrayNode all(JsonNode added) {
        var names = new HashSet<JsonNode>();
        var all = Json.MAPPER.createArrayNode();
        added.forEach(entity -> {
            names.add(entity.get("uid"));
            all.add(entity);
        });
        stored.stream().filter(entity -> !names.contains(entity.get("uid"))).forEach(all::add);
        return all;
    }

    private static EntityUID uid(EntityUid uid) {
        return EntityUID.parse(uid.toString()).orElseThrow();
    }

    static Set<String> ids(Stream<Policy> policies) {
        return policies.map(Policy::id).collect(Collectors.toCollection(TreeSet::new));
    }
}
