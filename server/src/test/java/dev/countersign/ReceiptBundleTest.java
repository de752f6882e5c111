package dev.countersign;

import static dev.countersign.Payments.transfer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.client.Outcome;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import dev.countersign.transaction.BundleCheck;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The proof of one transaction in one file. */
@ParameterizedClass
@EnumSource(Engine.class)
final class ReceiptBundleTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private final TestDeployment deployment;

    ReceiptBundleTest(Engine engine) {
        deployment = new TestDeployment(engine);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    /** A large transfer that bob and carol signed, that was permitted and executed. */
    private ObjectNode bundle() throws InterruptedException {
        var alice = deployment.person("alice").loggedIn().withAuthenticator().atTheBank();
        var bob = deployment.person("bob", "treasury").loggedIn().withAuthenticator();
        var carol = deployment.person("carol", "treasury").loggedIn().withAuthenticator();
        alice.stepUp();
        var presented = new Evaluation[1];
        var refused = (Decision.Refused) alice.ask(each -> {
            presented[0] = transfer("tx-1", "250000.00").apply(each);
            return presented[0];
        });
        var request = deployment.bank().request(presented[0], refused).id();
        assertThat(bob.sign(request).statusCode()).isEqualTo(200);
        assertThat(carol.sign(request).statusCode()).isEqualTo(200);
        assertThat(alice.ask(transfer("tx-1", "250000.00")).permitted()).isTrue();
        deployment.bank().outcome("tx-1", Outcome.EXECUTED);
        assertThat(alice.get("/transactions/tx-1").body()).contains("Download the proof");
        return fetched(alice);
    }

    private ObjectNode fetched(TestPerson person) throws InterruptedException {
        for (var i = 0; i < 100; i++) {
            var answer = person.get("/transactions/tx-1/bundle", "Accept", "application/json");
            if (answer.statusCode() == 200) {
                return (ObjectNode) Json.MAPPER.readTree(answer.body());
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            Thread.sleep(50);
        }
        throw new AssertionError("No checkpoint");
    }

    private static List<BundleCheck.Finding> failures(JsonNode bundle) {
        return BundleCheck.verify(bundle, null).stream()
                .filter(each -> !each.holds())
                .toList();
    }

    @Test
    void aBundleIsVerifiedFromItselfAndByTheKeyThatOneTrusts() throws Exception {
        var bundle = bundle();
        var file = Files.writeString(folder.resolve("receipt.json"), bundle.toString());
        var run = new CommandRun("receipt", "verify", file.toString());
        assertThat(run.exit()).as(run.text()).isZero();
        assertThat(run.text())
                .contains(
                        "bob signed exactly these bytes",
                        "carol signed exactly",
                        "Outcome: executed",
                        "The display template",
                        "verified: ");
        var pinned = new CommandRun("receipt", "verify", file.toString(), "--key", deployment.verifierKey());
        assertThat(pinned.exit()).as(pinned.text()).isZero();
        var other = deployment.verifierKey().replaceFirst("\\+[0-9a-f]{8}\\+", "+00000000+");
        assertThat(new CommandRun("receipt", "verify", file.toString(), "--key", other).exit())
                .isEqualTo(1);
        assertThat(new CommandRun("receipt", "line", file.toString(), "1").exit())
                .isEqualTo(1);
    }

    @Test
    void theEnforcementPointGetsItAndNobodyElse() throws Exception {
        bundle();
        var uri = URI.create(deployment.issuer + "/transactions/tx-1/bundle");
        var mallory = deployment.person("mallory").loggedIn();
        assertThat(mallory.get("/transactions/tx-1/bundle").statusCode()).isEqualTo(404);
        var bank = HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + TestDeployment.BANK_KEY);
        assertThat(mallory.send(bank, false).statusCode()).isEqualTo(200);
        var core = HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + TestDeployment.CORE_KEY);
        assertThat(mallory.send(core, false).statusCode()).isEqualTo(404);
        var nobody = HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + "x".repeat(40));
        assertThat(mallory.send(nobody, false).statusCode()).isEqualTo(401);
    }

    /** Every string, number and list of the bundle is changed or removed in its turn; each change is found. */
    @Test
    void noMemberCanBeChanged() throws Exception {
        var bundle = bundle();
        assertThat(failures(bundle)).isEmpty();
        var changed = new ArrayList<String>();
        var silent = new ArrayList<String>();
        change(bundle, bundle, "", place -> {
            changed.add(place);
            if (failures(bundle).isEmpty()) {
                silent.add(place);
            }
        });
        assertThat(changed).hasSizeGreaterThan(60);
        // What was reported afterwards is in no signature: a bundle from before the report is as good.
        assertThat(silent).containsExactly("/evidence/entries/5 removed");
        assertThat(failures(bundle)).isEmpty();
    }

    private static void change(JsonNode root, JsonNode node, String place, Consumer<String> each) {
        if (node instanceof ObjectNode object) {
            for (var name : List.copyOf(object.propertyNames())) {
                var value = object.get(name);
                if (value.isString()) {
                    for (var other : others(value.stringValue())) {
                        object.put(name, other);
                        each.accept(place + "/" + name);
                    }
                } else if (value.isNumber()) {
                    object.put(name, value.longValue() + 1);
                    each.accept(place + "/" + name);
                } else {
                    change(root, value, place + "/" + name, each);
                }
                object.set(name, value);
                object.remove(name);
                each.accept(place + "/" + name + " removed");
                object.set(name, value);
                object.put("surplus", 1);
                each.accept(place + "/surplus");
                object.remove("surplus");
            }
        } else if (node instanceof ArrayNode array) {
            for (var i = 0; i < array.size(); i++) {
                var value = array.get(i);
                if (value.isString()) {
                    array.set(i, others(value.stringValue()).getFirst());
                    each.accept(place + "/" + i);
                    array.set(i, value);
                } else {
                    change(root, value, place + "/" + i, each);
                }
                array.remove(i);
                each.accept(place + "/" + i + " removed");
                array.insert(i, value);
            }
        }
    }

    /** The same with another first, middle and last character. */
    private static List<String> others(String text) {
        if (text.isEmpty()) {
            return List.of("x");
        }
        var others = new ArrayList<String>();
        for (var at : new int[] {0, text.length() / 2}) {
            var c = text.charAt(at) == 'B' ? 'C' : 'B';
            others.add(text.substring(0, at) + c + text.substring(at + 1));
        }
        return others;
    }

    @Test
    void aKeyThatFitsTheSignatureButWasNotTheApproversIsFound() throws Exception {
        var bundle = bundle();
        var approvals = (ArrayNode) bundle.path("approvals");
        var bobs = (ObjectNode) approvals.get(0);
        var carols = (ObjectNode) approvals.get(1);
        var key = bobs.path("public_key").stringValue();
        bobs.put("public_key", carols.path("public_key").stringValue());
        carols.put("public_key", key);
        assertThat(failures(bundle)).isNotEmpty();
    }

    @Test
    void filesThatAreNoBundlesAreToldSo() throws Exception {
        for (var text : List.of("{}", "[]", "{\"form\":\"countersign-receipt/2\"}", "{\"form\":1}")) {
            assertThat(failures(Json.MAPPER.readTree(text))).as(text).isNotEmpty();
        }
        var file = Files.write(folder.resolve("broken.json"), "{\"a\":1,\"a\":2}".getBytes(UTF_8));
        assertThat(new CommandRun("receipt", "verify", file.toString()).exit()).isEqualTo(2);
        Files.write(file, new byte[(1 << 20) + 1]);
        var large = new CommandRun("receipt", "verify", file.toString());
        assertThat(large.exit()).isEqualTo(2);
        assertThat(large.text()).contains("larger than");
    }
}
