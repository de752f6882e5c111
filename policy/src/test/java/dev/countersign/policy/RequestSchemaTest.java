package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.schema.Schema;
import com.cedarpolicy.value.EntityUID;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Requests and entities that fit a schema or not: told with their place, and judged as the reference judges them. */
final class RequestSchemaTest {
    private static final String SCHEMA = """
            entity Org;
            entity Group in [Group, Org];
            entity Colour enum ["red", "blue"];
            entity User in [Group, Colour] {
              name: String, level?: Long, boss?: User, tint?: Colour, rate?: decimal, home?: ipaddr, since?: datetime,
              lease?: duration, admin?: Bool, marks?: Set<Long>, desk?: Desk,
            } tags Set<String>;
            type Desk = { floor: Long, owner?: Group };
            entity Account;
            action all;
            action read, write in [all] appliesTo {
              principal: [User], resource: [Account, Colour], context: { n: Long, desk?: Desk, who?: User },
            };
            namespace Other { entity Robot { id: __cedar::String, near?: Group }; type Plate = String;
              action scan appliesTo { principal: [Robot, Group], resource: Account, context: { plate: Plate } }; }
            """;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final RequestSchema REQUESTS = SchemaReader.read(CedarReference.schemaJson(SCHEMA));

    private static final String FITS = """
            {"principal":{"type":"User","id":"alice"},"action":{"type":"Action","id":"read"},
             "resource":{"type":"Account","id":"a"},"context":{"n":1},
             "entities":[{"uid":{"type":"User","id":"alice"},"attrs":{"name":"alice"},"parents":[],"tags":{}}]}""";

    @Test
    void whatFitsHasNoFault() throws Exception {
        var request = (ObjectNode) JSON.readTree(FITS);
        assertThat(faults(request)).isEmpty();
        assertThat(referenceAccepts(request)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/action/id|\"raed\"|/action",
                "/action/id|\"all\"|/principal/type",
                "/action|{\"type\":\"Other::Action\",\"id\":\"scan\"}|/principal/type",
                "/principal/type|\"Usr\"|/principal/type",
                "/principal/type|\"Account\"|/principal/type",
                "/resource/type|\"User\"|/resource/type",
                "/resource/type|\"Colour\"|/resource/id",
                "/resource|{\"type\":\"Colour\",\"id\":\"red\"}|",
                "/context|{}|/context/n",
                "/context/n|\"1\"|/context/n",
                "/context/m|1|/context/m",
                "/context/desk|{\"floor\":1}|",
                "/context/desk|{\"floor\":1,\"owner\":{\"__entity\":{\"type\":\"Group\",\"id\":\"g\"}}}|",
                "/context/desk|{\"floor\":1,\"owner\":{\"__entity\":{\"type\":\"User\",\"id\":\"g\"}}}|/context/desk/owner",
                "/context/desk|{\"floor\":true}|/context/desk/floor",
                "/context/desk|{\"floor\":1,\"door\":2}|/context/desk/door",
                "/context/desk|[]|/context/desk",
                "/context/who|{\"__entity\":{\"type\":\"User\",\"id\":\"x\"}}|",
                "/context/who|{\"__entity\":{\"type\":\"Other::Robot\",\"id\":\"x\"}}|/context/who",
                "/entities/0/attrs|{}|/principal/attributes/name",
                "/entities/0/attrs/name|1|/principal/attributes/name",
                "/entities/0/attrs/nmae|\"x\"|/principal/attributes/nmae",
                "/entities/0/attrs/level|9223372036854775807|",
                "/entities/0/attrs/level|true|/principal/attributes/level",
                "/entities/0/attrs/admin|true|",
                "/entities/0/attrs/admin|\"true\"|/principal/attributes/admin",
                "/entities/0/attrs/boss|{\"__entity\":{\"type\":\"User\",\"id\":\"b\"}}|",
                "/entities/0/attrs/boss|{\"type\":\"User\",\"id\":\"b\"}|",
                "/entities/0/attrs/boss|{\"__entity\":{\"type\":\"Group\",\"id\":\"b\"}}|/principal/attributes/boss",
                "/entities/0/attrs/tint|{\"__entity\":{\"type\":\"Colour\",\"id\":\"red\"}}|",
                "/entities/0/attrs/tint|{\"__entity\":{\"type\":\"Colour\",\"id\":\"rde\"}}|/principal/attributes/tint",
                "/entities/0/attrs/rate|{\"__extn\":{\"fn\":\"decimal\",\"arg\":\"1.5\"}}|",
                "/entities/0/attrs/rate|{\"fn\":\"decimal\",\"arg\":\"1.5\"}|",
                "/entities/0/attrs/rate|\"1.5\"|",
                "/entities/0/attrs/rate|{\"__extn\":{\"fn\":\"ip\",\"arg\":\"::1\"}}|/principal/attributes/rate",
                "/entities/0/attrs/home|\"10.0.0.0/8\"|",
                "/entities/0/attrs/since|\"2026-11-24\"|",
                "/entities/0/attrs/lease|\"1h\"|",
                "/entities/0/attrs/marks|[]|",
                "/entities/0/attrs/marks|[1,2,3]|",
                "/entities/0/attrs/marks|[1,\"2\"]|/principal/attributes/marks",
                "/entities/0/attrs/marks|{\"0\":1}|/principal/attributes/marks",
                "/entities/0/parents|[{\"type\":\"Group\",\"id\":\"g\"}]|",
                "/entities/0/parents|[{\"type\":\"Org\",\"id\":\"o\"}]|",
                "/entities/0/parents|[{\"type\":\"Account\",\"id\":\"a\"}]|/principal/parents",
                "/entities/0/parents|[{\"type\":\"Colour\",\"id\":\"blue\"}]|",
                "/entities/0/parents|[{\"type\":\"Colour\",\"id\":\"green\"}]|/principal/parents",
                "/entities/0/tags|{\"a\":[\"x\"],\"b\":[]}|",
                "/entities/0/tags|{\"a\":[\"x\",1]}|/principal/tags/a",
                "/entities/0/tags|{\"a\":\"x\"}|/principal/tags/a",
                "/entities/0|{\"uid\":{\"type\":\"Account\",\"id\":\"a\"},\"attrs\":{\"x\":1},\"parents\":[]}|/resource/attributes/x",
                "/entities/0|{\"uid\":{\"type\":\"Account\",\"id\":\"a\"},\"attrs\":{},\"parents\":[],\"tags\":{\"t\":1}}|/resource/tags/t",
            })
    void aChangeIsJudgedAsTheReferenceJudgesItAndNamed(String pointer, String value, String fault) throws Exception {
        var request = changed(pointer, value);
        var found = faults(request);
        assertThat(found.isEmpty()).as("%s, the reference", found).isEqualTo(referenceAccepts(request));
        if (fault == null) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).extracting(RequestFault::path).contains(fault);
        }
    }

    private static ObjectNode changed(String pointer, String value) {
        var request = (ObjectNode) JSON.readTree(FITS);
        var at = pointer.lastIndexOf('/');
        var parent = request.at(pointer.substring(0, at));
        var member = pointer.substring(at + 1);
        if (parent instanceof ArrayNode array) {
            array.set(Integer.parseInt(member), JSON.readTree(value));
        } else {
            ((ObjectNode) parent).set(member, JSON.readTree(value));
        }
        return request;
    }

    private static List<RequestFault> faults(ObjectNode json) {
        var request = new Request(
                CedarJson.uid(json.get("principal")),
                CedarJson.uid(json.get("action")),
                CedarJson.uid(json.get("resource")),
                CedarJson.record(json.get("context")));
        return REQUESTS.faults(request, Entities.of(CedarJson.entities(json.get("entities"), REQUESTS)));
    }

    private static boolean referenceAccepts(ObjectNode json) throws Exception {
        var context = com.cedarpolicy.CedarJson.objectReader()
                .forType(com.cedarpolicy.value.Value.class)
                .readValue(json.get("context").toString());
        var request = new AuthorizationRequest(
                uid(json, "principal"),
                uid(json, "action"),
                uid(json, "resource"),
                Optional.of((Map<String, com.cedarpolicy.value.Value>) (com.cedarpolicy.value.CedarMap) context),
                Optional.of(new Schema(SCHEMA)),
                true);
        var permit = new com.cedarpolicy.model.policy.Policy("permit (principal, action, resource);", "p");
        var answer = new BasicAuthorizationEngine()
                .isAuthorized(
                        request,
                        new com.cedarpolicy.model.policy.PolicySet(Set.of(permit)),
                        com.cedarpolicy.model.entity.Entities.parse(
                                json.get("entities").toString()));
        return answer.success.isPresent();
    }

    private static EntityUID uid(ObjectNode json, String member) {
        var uid = CedarJson.uid(json.get(member));
        return EntityUID.parse(uid.toString()).orElseThrow();
    }

    @Test
    void aFaultSaysWhatWasMeant() {
        assertThat(faults(changed("/action/id", "\"raed\"")))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("did you mean Action::\"read\"?"));
        assertThat(faults(changed("/entities/0/attrs/nmae", "\"x\"")))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("did you mean name?"));
        assertThat(faults(changed("/principal/type", "\"Usr\"")))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("did you mean User?"));
    }

    @Test
    void everyPartThatDoesNotFitIsTold() {
        var request = changed("/context", "{}");
        ((ObjectNode) Objects.requireNonNull(request.get("resource"))).put("type", "Org");
        ((ObjectNode) request.at("/entities/0/attrs")).put("level", "high");
        assertThat(faults(request))
                .extracting(RequestFault::path)
                .containsExactlyInAnyOrder("/resource/type", "/context/n", "/principal/attributes/level");
    }

    @Test
    void ofWhatAServerSaysItselfOnlyWhatIsDeclaredIsKept() {
        var given = RecordValue.builder()
                .put("n", 1)
                .put("now", 2)
                .put(
                        "desk",
                        RecordValue.builder().put("floor", 3).put("door", 4).build())
                .put("extra", 5)
                .build();
        var request = new Request(
                new EntityUid("User", "alice"), new EntityUid("Action", "read"), new EntityUid("Account", "a"), given);
        var kept = REQUESTS.declared(request, Set.of("now", "desk")).context();
        assertThat(kept.members().keySet()).containsExactlyInAnyOrder("n", "desk", "extra");
        assertThat(kept.get("desk"))
                .isEqualTo(RecordValue.builder().put("floor", 3).build());
        var whole = new Request(
                request.principal(),
                request.action(),
                request.resource(),
                RecordValue.builder().put("n", 1).build());
        assertThat(REQUESTS.declared(whole, Set.of("n"))).isSameAs(whole);
    }

    @Test
    void ofAnEntityOnlyDeclaredAttributesAndGroupsAreKept() {
        var attributes = RecordValue.builder()
                .put("name", "alice")
                .put("person", "alice")
                .build();
        var groups = new ArrayList<EntityUid>(List.of(new EntityUid("Group", "g"), new EntityUid("Colour", "green")));
        groups.add(new EntityUid("Team", "t"));
        var alice = new Entity(new EntityUid("User", "alice"), attributes, Set.copyOf(groups), RecordValue.EMPTY);
        var kept = REQUESTS.declared(alice);
        assertThat(kept.attributes().members().keySet()).containsExactly("name");
        assertThat(kept.parents()).containsExactly(new EntityUid("Group", "g"));
        assertThat(REQUESTS.declared(kept)).isSameAs(kept);
    }
}
