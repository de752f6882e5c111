package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of error in a policy set: refused with file, line, column, the line itself and a hint. */
final class PolicyFaultTest {
    private static final String WHEN = "permit (principal, action, resource) when { ";
    private static final String FORBID = " forbid (principal, action, resource);";

    private static void at(PolicyFault fault, String file, int line, int column, String reason, String hint) {
        assertThat(fault.file()).as("%s", fault).isEqualTo(file);
        assertThat(fault.line()).as("%s", fault).isEqualTo(line);
        assertThat(fault.column()).as("%s", fault).isEqualTo(column);
        assertThat(fault.reason()).as("%s", fault).contains(reason);
        assertThat(fault.hint()).as("%s", fault).contains(hint).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // syntax
                "permit (principal, action, resorce);|28|invalid variable|`principal`, `action`, and `resource`",
                "permit (principal, action, resource)|37|unexpected end of input|expected `;`",
                "permit (principal, action, resource) wen { true };|38|invalid policy condition: wen|`when` or `unless`",
                "permit (principal, action, resource) when { 1 + };|49|unexpected token `}`|expected",
                "garbage garbage|9|unexpected token `garbage`|expected `(`",
                ";|1|unexpected token `;`|expected `@`",
                "permit (principal, action, resource) when { \"open };|45|invalid token|closed",
                "permit (principal, action, resource) when { \"a\\q\" == \"b\" };|45|not a valid escape|\\u{",
                "permit (principal, action, resource) when { foo(1) };|45|`foo` is not a valid function|did you mean",
                "permit (principal == ?principal, action, resource);|22|template|removing the template slot",
                // literals
                "permit (principal, action, resource) when { context.n == 9223372036854775808 };|58|too large|9223372036854775807",
                "permit (principal, action, resource) when { decimal(\"1.23456\") == decimal(\"1.0\") };|45|decimal|decimal(\"12.50\")",
                "permit (principal, action, resource) when { ip(\"localhost\").isIpv4() };|45|IP address|ip(\"10.0.0.7\")",
                "permit (principal, action, resource) when { datetime(\"24.11.2026\") == datetime(\"2026-11-24\") };|45|datetime|datetime(\"2026-",
                "permit (principal, action, resource) when { duration(\"1 day\") == duration(\"1d\") };|45|duration|duration(\"1d2h30m\")",
                // types and names
                "permit (principal, action, resource) when { principal.nmae == \"x\" };|45|attribute `nmae`|did you mean `name`?",
                "permit (principal, action, resource) when { principal.name == \"x\" };|45|optional attribute `name`|has name",
                "permit (principal, action, resource) when { context.nn == 1 };|45|attribute `nn`|did you mean `n`?",
                "permit (principal, action, resource) when { context.n == \"1\" };|45|not compatible|compatible",
                "permit (principal, action, resource) when { 1 < \"x\" };|49|expected Long but saw String|schema",
                "permit (principal, action == Action::\"raed\", resource);|30|unrecognized action|did you mean `Action::\"read\"`?",
                "permit (principal in Grup::\"x\", action, resource);|22|unrecognized entity type|did you mean `Group`?",
                "permit (principal is Usr, action, resource);|22|unrecognized entity type|did you mean `User`?",
                // annotations
                "@tyop(\"x\") permit (principal, action, resource);|1|@tyop is unknown|known here: @control",
                "@txet(\"x\") permit (principal, action, resource);|1|@txet is unknown|did you mean @text?",
                "@id(\"a\") @id(\"b\") permit (principal, action, resource);|10|duplicate annotation|once",
                "@id(\"\") permit (principal, action, resource);|1|@id is empty|leave @id out",
                "@id(\"x\") @require(\"aproval\") forbid (principal, action, resource);|10|@require|did you mean approval?",
                "@quorum(\"2\") forbid (principal, action, resource);|1|without @require|@require(\"approval\")",
                "@require(\"step-up\") @max_age(\"5\") forbid (principal, action, resource);|21|@max_age must be|@max_age(\"15m\")",
                "@require(\"approval\") @quorm(\"2\") forbid (principal, action, resource);|22|@quorm is unknown|did you mean @quorum?",
                "@require(\"approval\") @quorum(\"0\") forbid (principal, action, resource);|22|@quorum must be|@quorum(\"2\")",
                "@require(\"approval\") @quorum(\"2\") @approvers(\"treasury\") forbid (principal, action, resource);|35|@approvers must name|escaped",
                "@id(\"p\") @require(\"proof\") permit (principal, action, resource);|10|only a forbid can require|forbid",
            })
    void anErrorInAPolicyIsShownWhereItStands(String policy, int column, String reason, String hint) {
        var faults = Sets.faults("// why\n" + policy + "\n");
        assertThat(faults).first().satisfies(fault -> {
            at(fault, "bank.cedar", fault.line(), column, reason, hint);
            assertThat(fault.line()).isEqualTo(2);
            assertThat(policy).contains(fault.sourceLine());
        });
        assertThat(faults).allSatisfy(fault -> assertThat(fault.hint()).isNotBlank());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "entity X in;|12|unexpected token `;`|expected `[`",
                "entity X { a: Strng };|15|failed to resolve type: Strng|not been declared",
                "entity X in [Grup];|14|failed to resolve type: Grup|not been declared",
                "entity User;|8|declared twice|keep one",
                "type A = { a: A };|1|cycle|cannot contain itself",
                "action x in [y];|1|undeclared action|declared as actions",
                "entity X { a: # };|15|invalid token|not closed",
            })
    void anErrorInTheSchemaIsShownInItsFile(String schema, int column, String reason, String hint) {
        var faults = Sets.faults(new PolicySource(Map.of(
                "a.cedar", WHEN + "true };", "a.cedarschema", Sets.SCHEMA, "z.cedarschema", "// \u00fc\n" + schema)));
        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.reason()).contains(reason);
            assertThat(fault.hint()).contains(hint).isNotBlank();
            assertThat(fault.line()).isPositive();
            if (fault.file().equals("z.cedarschema") && fault.line() == 2) {
                assertThat(fault.column()).isEqualTo(column);
                assertThat(schema).contains(fault.sourceLine());
            }
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[{|1|3|Unexpected end-of-input|JSON array",
                "{}|1|1|expected an array|entity format",
                "[\\n {\"uid\":{\"type\":\"User\"},\"attrs\":{},\"parents\":[]}]|2|9|/0/uid: `id` is missing|entity format",
                "[\\n {\"attrs\":{},\"parents\":[]}]|2|2|/0: an entity without uid|entity format",
                "[{\"uid\":{\"type\":\"User\",\"id\":\"a\"},\\n\"attrs\":{\"level\":\"high\"},\"parents\":[]}]|2|18|/0/attrs/level: expected Long, got string|User",
                "[{\"uid\":{\"type\":\"User\",\"id\":\"a\"},\\n\"attrs\":{\"levle\":1},\"parents\":[]}]|2|18|/0/attrs/levle: not in the schema; did you mean level?|User",
                "[{\"uid\":{\"type\":\"User\",\"id\":\"a\"},\\n\"attrs\":{\"level\":1.5},\"parents\":[]}]|2|18|/0/attrs/level: no Cedar value|entity format",
                "[{\"uid\":{\"type\":\"Usr\",\"id\":\"a\"},\"attrs\":{},\"parents\":[]}]|1|2|/0: the schema has no entity type Usr; did you mean User?|Usr",
                "[{\"uid\":{\"type\":\"User\",\"id\":\"a\"},\"attrs\":{},\\n\"parent\":[]}]|2|10|/0/parent: unknown member|did you mean parents?",
                "[{\"uid\":{\"type\":\"User\",\"id\":\"a\"},\"attrs\":{},\\n\"parents\":[{\"type\":\"Account\",\"id\":\"x\"}]}]|2|11|/0/parents: the schema does not let a User be in|User",
                "[{\"uid\":{\"type\":\"User\",\"id\":\"a\"},\"attrs\":{},\"parents\":[]},\\n{\"uid\":{\"type\":\"User\",\"id\":\"a\"},\"attrs\":{},\"parents\":[]}]|2|8|/1/uid: User::\"a\" is given twice|keep one",
                "[{\"uid\":{\"type\":\"User\",\"id\":\"a\"},\"attrs\":{\"level\":1,\\n\"level\":2},\"parents\":[]}]|2|8|Duplicate|JSON array",
            })
    void anErrorInTheEntitiesIsShownWithItsPointer(String entities, int line, int column, String reason, String hint) {
        var text = entities.replace("\\n", "\n");
        var faults = Sets.faults(new PolicySource(
                Map.of("a.cedar", WHEN + "true };", "a.cedarschema", Sets.SCHEMA, "entities.json", text)));
        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.file()).isEqualTo("entities.json");
            assertThat(fault.reason()).contains(reason);
            assertThat(fault.hint()).contains(hint).isNotBlank();
            assertThat(fault.line()).as("%s", fault).isEqualTo(line);
            assertThat(fault.column()).as("%s", fault).isEqualTo(column);
            assertThat(text).contains(fault.sourceLine());
        });
    }

    @Test
    void anIdThatStandsInAnotherFileIsNamedWithIt() {
        var files = new HashMap<String, String>();
        files.put("a.cedar", "\n@id(\"x\")" + FORBID);
        files.put("sub/b.cedar", "\n\n  @text(\"t\") @id(\"x\")" + FORBID);
        files.put("s.cedarschema", Sets.SCHEMA);
        assertThat(Sets.faults(new PolicySource(files)))
                .singleElement()
                .satisfies(fault -> at(fault, "sub/b.cedar", 3, 14, "stands already in a.cedar:2", "one policy"));
    }

    @Test
    void columnsCountCharactersBehindTabsAndThoseOfSeveralBytes() {
        var faults = Sets.faults("// \ud83d\ude00\r\n\t" + WHEN
                + "\"\u00fc\ud83d\ude00\" == \"\" ||\r\n\t\t\"\ud83d\ude00\" == principal.nmae };\r\n");
        assertThat(faults).hasSize(1);
        at(faults.getFirst(), "bank.cedar", 3, 10, "attribute `nmae`", "did you mean");
        assertThat(faults.getFirst().sourceLine()).isEqualTo("\"\ud83d\ude00\" == principal.nmae };");
    }

    @Test
    void aByteOrderMarkIsNoCharacter() throws Exception {
        var marked = Map.of(
                "a.cedar", "\ufeff" + FORBID,
                "a.cedarschema", "\ufeff" + Sets.SCHEMA,
                "entities.json", "\ufeff[]");
        assertThat(PolicySet.parse(new PolicySource(marked)).policies()).hasSize(1);
        var faults = Sets.faults(new PolicySource(Map.of(
                "a.cedar", "\ufeffpermit (principal, action, resorce);", "a.cedarschema", "\ufeff" + Sets.SCHEMA)));
        at(faults.getFirst(), "a.cedar", 1, 28, "invalid variable", "scope");
        var schema = Sets.faults(new PolicySource(
                Map.of("a.cedar", FORBID, "a.cedarschema", "\ufeffentity X in;", "b.cedarschema", "\ufeffentity Y;")));
        at(schema.getFirst(), "a.cedarschema", 1, 12, "unexpected token", "expected");
        var entities = Sets.faults(new PolicySource(
                Map.of("a.cedar", FORBID, "a.cedarschema", Sets.SCHEMA, "entities.json", "\ufeff[1]")));
        at(entities.getFirst(), "entities.json", 1, 2, "/0: an entity without uid", "format");
    }

    /** The reference's conversion of schemas takes them for broken UTF-8. */
    @Test
    void aSchemaMayHoldCharactersBeyondTheBasicPlane() throws Exception {
        var schema = Sets.SCHEMA
                + "// \ud83d\ude00\naction \"\ud83d\ude00\" appliesTo { principal: User, resource: Account };";
        var set = PolicySet.parse(new PolicySource(Map.of(
                "a.cedar",
                "permit (principal, action == Action::\"\ud83d\ude00\", resource);",
                "a.cedarschema",
                schema)));
        var request = new Request(Sets.ALICE, new EntityUid("Action", "\ud83d\ude00"), Sets.ACCOUNT, RecordValue.EMPTY);
        assertThat(set.evaluate(request).isAllowed()).isTrue();
        assertThat(set.requests().faults(request, set.entities())).isEmpty();
    }

    /** What the schema types needs no escape, for the reference as for us: a string would never equal the entity. */
    @Test
    void storedEntitiesAreReadAsTheSchemaTypesThem() throws Exception {
        var schema = "entity User { boss?: User, limit?: decimal, since?: Set<datetime> };"
                + "action act appliesTo { principal: User, resource: User };";
        var entities = "[{\"uid\":{\"type\":\"User\",\"id\":\"a\"},\"parents\":[],\"attrs\":"
                + "{\"boss\":{\"type\":\"User\",\"id\":\"b\"},\"limit\":\"1.50\",\"since\":[\"2026-11-24\"]}}]";
        var set = PolicySet.parse(new PolicySource(Map.of(
                "a.cedar",
                "permit (principal, action, resource) when { principal has boss && principal.boss == resource &&"
                        + " principal has limit && principal.limit == decimal(\"1.5\") &&"
                        + " principal has since && principal.since.contains(datetime(\"2026-11-24\")) };",
                "a.cedarschema",
                schema,
                "entities.json",
                entities)));
        var request = new Request(
                new EntityUid("User", "a"),
                new EntityUid("Action", "act"),
                new EntityUid("User", "b"),
                RecordValue.EMPTY);
        assertThat(set.evaluate(request).isAllowed()).isTrue();
    }

    @Test
    void everyFaultOfAFileIsToldOnceThoughItHoldsForSeveralActions() {
        var faults = Sets.faults(WHEN + "context.nn == 1 };\n" + WHEN + "context.mm == 1 };");
        assertThat(faults)
                .filteredOn(fault -> fault.reason().contains("`nn`"))
                .extracting(PolicyFault::line)
                .containsOnly(1);
        assertThat(faults).doesNotHaveDuplicates();
    }

    @Test
    void ofALongLineWhatIsAroundTheFaultIsShown() {
        var padding = "principal == principal && ".repeat(100);
        var fault = Sets.faults(WHEN + padding + "principal.nmae == \"x\" };").getFirst();
        assertThat(fault.sourceLine()).contains("nmae").hasSizeLessThan(SourceText.MAX_SHOWN + 3);
    }

    @Test
    void aFaultIsPrintedAsOneWouldReadIt() {
        var fault = new PolicyFault("a.cedar", 3, 7, "unknown", "when { x };", "did you mean y?");
        assertThat(fault).hasToString("a.cedar:3:7: unknown\n    when { x };\n    hint: did you mean y?");
        assertThat(List.of(fault.toString().split("\n"))).hasSize(3);
    }
}
