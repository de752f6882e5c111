package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests and every kind of value, to JSON and back. */
final class RequestJsonTest {
    private static final String HEAD =
            "\"principal\":\"User::\\\"alice\\\"\",\"action\":\"read\",\"resource\":\"A::\\\"1\\\"\"";

    @Property(tries = 500)
    void everyRequestComesBackEqual(@ForAll("requests") RequestJson request) {
        var text = request.toJson().toString();
        var back = RequestJson.parse(text);
        assertThat(back.request()).isEqualTo(request.request());
        assertThat(Set.copyOf(back.entities())).isEqualTo(Set.copyOf(request.entities()));
        assertThat(back.toJson()).hasToString(text);
    }

    @Property(tries = 200)
    void anEntitysNameComesBackFromItsText(@ForAll String id) {
        var uid = new EntityUid("App::User", id);
        assertThat(EntityUid.parse(uid.toString())).isEqualTo(uid);
    }

    @Test
    void equalRequestsAreWrittenAlike() {
        var one = "{" + HEAD + ",\"context\":{\"b\":[2,1],\"a\":{\"__extn\":{\"fn\":\"decimal\",\"arg\":\"1.50\"}}}}";
        var other = "{" + HEAD
                + ",\"entities\":[],\"context\":{\"a\":{\"__extn\":{\"fn\":\"decimal\",\"arg\":\"1.5\"}},\"b\":[1,2,1]}}";
        assertThat(RequestJson.parse(one).toJson())
                .hasToString(RequestJson.parse(other).toJson().toString());
    }

    @Test
    void shortFormsStandForNames() {
        var request = RequestJson.parse("{" + HEAD + "}").request();
        assertThat(request.principal()).isEqualTo(new EntityUid("User", "alice"));
        assertThat(request.action()).isEqualTo(new EntityUid("Action", "read"));
        assertThat(request.resource()).isEqualTo(new EntityUid("A", "1"));
        assertThat(EntityUid.parse("A::B::\"\\u{1F511}\\x41\\n\\\"\"")).isEqualTo(new EntityUid("A::B", "🔑A\n\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|/principal: missing",
                "[]|expected an object",
                "{`HEAD`,\"x\":1}|/x: unknown",
                "{\"principal\":\"alice\",\"action\":\"read\",\"resource\":{\"type\":\"A\"}}|/principal: expected an entity like",
                "{\"principal\":\"U::\\\"a\\\"\",\"action\":\"read\",\"resource\":{\"type\":\"A\"}}|/resource: `id` is missing",
                "{`HEAD`,\"context\":[]}|/context: expected an object",
                "{`HEAD`,\"context\":{\"a/b\":[1,[1.5]]}}|/context/a~1b/1/0: no Cedar value",
                "{`HEAD`,\"context\":{\"a\":{\"__extn\":{\"fn\":\"ip\",\"arg\":\"x\"}}}}|/context/a/__extn: extension error",
                "{`HEAD`,\"context\":{\"a\":{\"__entity\":{\"type\":\"A\"}}}}|/context/a/__entity: `id` is missing",
                "{`HEAD`,\"entities\":{}}|/entities: expected an array",
                "{`HEAD`,\"entities\":[{}]}|/entities/0: an entity without uid",
                "{`HEAD`,\"entities\":[{\"uid\":{\"type\":\"A\",\"id\":\"1\"},\"parents\":[{}]}]}|/entities/0/parents/0: `type` is missing",
                "{`HEAD`,\"entities\":[{\"uid\":{\"type\":\"A\",\"id\":\"1\"},\"attrs\":{\"x\":null}}]}|/entities/0/attrs/x: no Cedar value",
                "{`HEAD`,\"entities\":[{\"uid\":{\"type\":\"A\",\"id\":\"1\"}},{\"uid\":{\"type\":\"A\",\"id\":\"1\"}}]}|/entities: Entity A::\"1\" is given twice",
                "{`HEAD`|not valid JSON at line 1",
                "{`HEAD`,\"context\":{},\"context\":{}}|not valid JSON",
            })
    void whatIsMalformedIsRefusedByPointer(String json, String message) {
        assertThatThrownBy(() -> RequestJson.parse(json.replace("`HEAD`", HEAD)))
                .isInstanceOf(CedarJsonException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void limitsAreHeld() {
        refuses("{" + HEAD + ",\"context\":{\"a\":\"" + "x".repeat(RequestJson.MAX_LENGTH) + "\"}}", "larger than");
        refuses(
                "{" + HEAD + ",\"context\":" + "{\"a\":".repeat(RequestJson.MAX_DEPTH) + "1"
                        + "}".repeat(RequestJson.MAX_DEPTH) + "}",
                "not valid JSON");
        var many = new StringBuilder();
        for (var i = 0; i <= RequestJson.MAX_ENTITIES; i++) {
            many.append(i == 0 ? "" : ",")
                    .append("{\"uid\":{\"type\":\"A\",\"id\":\"")
                    .append(i)
                    .append("\"}}");
        }
        refuses("{" + HEAD + ",\"entities\":[" + many + "]}", "/entities: more than");
        refuses(
                "{" + HEAD + ",\"context\":{\"a\":[" + "1,".repeat(CedarJson.MAX_ELEMENTS) + "1]}}",
                "/context/a: more than");
    }

    private static void refuses(String json, String message) {
        assertThatThrownBy(() -> RequestJson.parse(json))
                .isInstanceOf(CedarJsonException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void aRecordThatLooksLikeAnEscapeIsNotWritten() {
        var record = RecordValue.builder().put("__entity", 1).build();
        assertThatThrownBy(() -> CedarJsonWriter.value(record)).isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    Arbitrary<RequestJson> requests() {
        var entity = Combinators.combine(uids(), records(1), uids().set().ofMaxSize(3), records(1))
                .as(Entity::new);
        return Combinators.combine(
                        uids(),
                        uids(),
                        uids(),
                        records(3),
                        entity.list().ofMaxSize(4).uniqueElements(Entity::uid))
                .as((principal, action, resource, context, entities) ->
                        new RequestJson(new Request(principal, action, resource, context), List.copyOf(entities)));
    }

    private static Arbitrary<EntityUid> uids() {
        return Combinators.combine(
                        Arbitraries.of("User", "App::Group"),
                        Arbitraries.strings().ofMaxLength(6))
                .as(EntityUid::new);
    }

    private static Arbitrary<RecordValue> records(int depth) {
        return Arbitraries.maps(Arbitraries.strings().ofMaxLength(4), values(depth))
                .ofMaxSize(4)
                .map(RecordValue::of);
    }

    private static Arbitrary<Value> values(int depth) {
        var leaves = Arbitraries.<Value>oneOf(
                Arbitraries.of(Bool.TRUE, Bool.FALSE),
                Arbitraries.longs().map(LongValue::new),
                Arbitraries.strings().ofMaxLength(8).map(StringValue::new),
                uids(),
                Arbitraries.longs().map(DecimalValue::new),
                Arbitraries.longs().map(DatetimeValue::new),
                Arbitraries.longs().map(DurationValue::new),
                addresses());
        return depth == 0
                ? leaves
                : Arbitraries.oneOf(
                        leaves, values(depth - 1).list().ofMaxSize(4).map(SetValue::of), records(depth - 1));
    }

    private static Arbitrary<IpValue> addresses() {
        var v4 = Combinators.combine(
                        Arbitraries.integers().between(0, 255).list().ofSize(4),
                        Arbitraries.integers().between(0, 32))
                .as((bytes, prefix) ->
                        "%d.%d.%d.%d/%d".formatted(bytes.get(0), bytes.get(1), bytes.get(2), bytes.get(3), prefix));
        var v6 = Combinators.combine(
                        Arbitraries.integers().between(0, 0xffff).list().ofSize(8),
                        Arbitraries.integers().between(0, 128))
                .as((groups, prefix) -> String.join(
                                ":", groups.stream().map(Integer::toHexString).toList()) + "/" + prefix);
        return Arbitraries.oneOf(v4, v6).map(IpValue::parse);
    }
}
