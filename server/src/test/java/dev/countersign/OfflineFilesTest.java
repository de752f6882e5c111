package dev.countersign;

import static dev.countersign.OfflineStage.enrolled;
import static dev.countersign.OfflineStage.form;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.key.Ed25519Key;
import dev.countersign.offline.AnswerFile;
import dev.countersign.offline.AnswerFile.Answer;
import dev.countersign.offline.OfflineText;
import dev.countersign.offline.RequestFile;
import dev.countersign.store.Database.Engine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Many requests go to a device without network in one file, and its answers come back in another. */
@ParameterizedClass
@EnumSource(Engine.class)
final class OfflineFilesTest {
    private final Engine engine;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private OfflineStage stage;
    private TestPerson bob;
    private Path device;
    private String key;

    OfflineFilesTest(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void start() throws IOException {
        stage = new OfflineStage(engine, folder);
        bob = stage.bob;
        device = folder.resolve("device.json");
        key = enrolled(bob, "ed25519", device);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private HttpResponse<String> download(String... requests) {
        return form(bob, "/offline-files", "key=" + key + "&" + String.join("=on&", requests) + "=on");
    }

    /** The next file of bob's key, stored. */
    private Path file(String... requests) throws IOException {
        var answer = download(requests);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var name = answer.headers().firstValue("Content-Disposition").orElse("");
        assertThat(name).startsWith("attachment; filename=\"countersign-" + key);
        return Files.writeString(
                folder.resolve(name.substring(name.indexOf('"') + 1, name.length() - 1)), answer.body());
    }

    private CommandRun sign(Path file, String... more) {
        var all = new ArrayList<>(List.of("offline-sign", "--key", device.toString(), "--batch", file.toString()));
        all.addAll(List.of(more));
        return new CommandRun(all.toArray(String[]::new));
    }

    private void refuses(Path file, String reason, String... more) {
        var run = sign(file, concat("--yes", more));
        assertThat(run.exit()).as(run.text()).isEqualTo(1);
        assertThat(run.text()).contains(reason);
        assertThat(answersOf(file)).doesNotExist();
    }

    private static String[] concat(String first, String... more) {
        var all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static Path answersOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".answers");
    }

    /** The text of the answers, a yes to everything. */
    private String answered(Path file, String... more) throws IOException {
        var run = sign(file, concat("--yes", more));
        assertThat(run.exit()).as(run.text()).isZero();
        return Files.readString(answersOf(file)).strip();
    }

    private HttpResponse<String> bringBack(TestPerson person, String answers, String... more) {
        return form(person, "/offline-files/answers", "answers=" + TestPerson.encode(answers) + String.join("", more));
    }

    @Test
    void theFileIsSignedOnTheDeviceRequestByRequest() throws IOException {
        var first = stage.asked("tx-1", "250000.00");
        var second = stage.asked("tx-2", "260000.00");
        assertThat(bob.get("/offline-files").body()).contains(first, second, "A file for Safe");
        assertThat(bob.get("/approvals").body()).contains("/offline-files");
        var file = file(first, second);
        var in = System.in;
        System.setIn(new ByteArrayInputStream("y\nn\n".getBytes(StandardCharsets.UTF_8)));
        try {
            var run = sign(file);
            assertThat(run.exit()).as(run.text()).isZero();
            assertThat(run.text())
                    .contains("File 1 of", "amount  250000.00", "amount  260000.00", "payee/name  ACME GmbH")
                    .contains("1 of 2 signed");
        } finally {
            System.setIn(in);
        }
        var answers = Files.readString(answersOf(file)).strip();
        var result = bringBack(bob, answers);
        assertThat(result.statusCode()).as(result.body()).isEqualTo(200);
        assertThat(result.body()).contains("you said no on the device");
        assertThat(stage.isApproved(first)).isTrue();
        assertThat(stage.isApproved(second)).isFalse();
        assertThat(stage.deployment.evidenceOf("approval.signed"))
                .singleElement()
                .satisfies(entry -> assertThat(entry).contains(first, "\"method\":\"ed25519\""));
        assertThat(stage.deployment.evidenceOf("offline_file.issued")).hasSize(1);
        assertThat(stage.deployment.evidenceOf("offline_file.answered"))
                .singleElement()
                .satisfies(entry -> assertThat(entry).contains(first + " signed", second + " declined"));

        var again = bringBack(bob, answers);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("taken already");
        assertThat(bringBack(bob, answers, "&skip_to=1").statusCode()).isEqualTo(409);
    }

    @Test
    void ofTheSameAnswersBroughtBackAtOnceOneIsTaken() throws Exception {
        var request = stage.asked("tx-1", "250000.00");
        var answers = answered(file(request));
        try (var threads = Executors.newFixedThreadPool(8)) {
            Callable<Integer> once = () -> bringBack(bob, answers).statusCode();
            var statuses = threads.invokeAll(Collections.nCopies(8, once)).stream()
                    .map(Future::resultNow)
                    .toList();
            assertThat(statuses).containsOnly(200, 409);
            assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
        }
        assertThat(stage.deployment.evidenceOf("approval.signed")).hasSize(1);
        assertThat(stage.deployment.evidenceOf("offline_file.answered")).hasSize(1);
    }

    @Test
    void aDeviceIsEnrolledAtOneServer() {
        var told = Json.MAPPER
                .createObjectNode()
                .put("kind", "enrol")
                .put("issuer", "https://evil.example")
                .put("person", "bob")
                .put("nonce", "AAAA")
                .put(
                        "server_key",
                        Base64.getUrlEncoder().withoutPadding().encodeToString(new SigningKey().publicKey()));
        var run = new CommandRun(
                "offline-sign",
                "--yes",
                "--key",
                device.toString(),
                OfflineText.write(told).getFirst());
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.text()).contains("enrolled at another server");
    }

    @Test
    void aFileInWhichAByteWasChangedIsNotSigned() throws IOException {
        var file = file(stage.asked("tx-1", "250000.00"), stage.asked("tx-2", "260000.00"));
        var lines = Files.readAllLines(file);
        var other = folder.resolve("other.txt");
        var request = (tools.jackson.databind.node.ObjectNode) Json.MAPPER.readTree(lines.get(1));
        var canonical = new String(
                Base64.getUrlDecoder().decode(request.path("canonical").asString()), StandardCharsets.UTF_8);
        request.put(
                "canonical",
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(canonical.replace("ACME", "EVIL").getBytes(StandardCharsets.UTF_8)));
        Files.write(other, List.of(lines.get(0), request.toString(), lines.get(2)));
        refuses(other, "Request 1 is not the one that the server signed");
        Files.write(other, List.of(lines.get(0), lines.get(2), lines.get(1)));
        refuses(other, "is not the one that the server signed");
        Files.write(other, List.of(lines.get(0), lines.get(1)));
        refuses(other, "has not the requests");
        var head = lines.get(0);
        var middle = head.indexOf('.') + 40;
        Files.write(
                other,
                List.of(
                        head.substring(0, middle)
                                + (head.charAt(middle) == 'A' ? 'B' : 'A')
                                + head.substring(middle + 1),
                        lines.get(1),
                        lines.get(2)));
        var run = sign(other, "--yes");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(answersOf(other)).doesNotExist();
        assertThat(answered(file)).isNotEmpty(); // the file itself is good
    }

    @Test
    void aFileOfAnotherServerIsNotSigned() throws IOException {
        var file = file(stage.asked("tx-1", "250000.00"));
        var ours = RequestFile.read(Files.readAllBytes(file), List.of(serverKey()));
        var stranger = new SigningKey();
        var forged = Files.writeString(
                folder.resolve("forged.txt"),
                RequestFile.write(ours.head(), ours.requests(), stranger).text());
        refuses(forged, "not signed by the server that this device knows");
        // Somebody who makes the person trust the stranger gets answers that are to no file of ours.
        var given = Base64.getUrlEncoder().withoutPadding().encodeToString(stranger.publicKey());
        assertThat(sign(forged, "--yes", "--server-key", given).exit()).isZero();
        var result = bringBack(bob, Files.readString(answersOf(forged)).strip());
        assertThat(result.statusCode()).isEqualTo(409);
        assertThat(result.body()).contains("a file that we did not make");
    }

    @Test
    void aFileForAnotherKeyOrPastItsTimeIsNotSigned() throws IOException {
        var ours = RequestFile.read(Files.readAllBytes(file(stage.asked("tx-1", "250000.00"))), List.of(serverKey()));
        var stranger = new SigningKey();
        var given = Base64.getUrlEncoder().withoutPadding().encodeToString(stranger.publicKey());
        var head = ours.head();
        var late = folder.resolve("late.txt");
        Files.writeString(
                late,
                RequestFile.write(head(head, head.publicKey(), Instant.EPOCH.plusSeconds(1)), ours.requests(), stranger)
                        .text());
        refuses(late, "good until 1970", "--server-key", given);
        Files.writeString(
                late,
                RequestFile.write(head(head, given, head.expiresAt()), ours.requests(), stranger)
                        .text());
        refuses(late, "for another key", "--server-key", given);
    }

    private static RequestFile.Head head(RequestFile.Head like, String publicKey, Instant expiresAt) {
        return new RequestFile.Head(
                like.issuer(),
                like.person(),
                like.key(),
                publicKey,
                like.sequence(),
                like.previous(),
                like.issuedAt(),
                expiresAt);
    }

    @Test
    void theDeviceMissesAFileThatWasLeftOut() throws IOException {
        var request = stage.asked("tx-1", "250000.00");
        var first = file(request);
        var second = file(request);
        var third = file(request);
        refuses(second, "expected file 1", "--answers", folder.resolve("unused").toString());
        answered(first);
        refuses(third, "expected file 2");
        refuses(third, "expected file 2", "--skip-to", "2");
        answered(third, "--skip-to", "3");
        refuses(second, "expected file 4"); // the other way round
        refuses(second, "expected file 4", "--skip-to", "2");
        Files.delete(answersOf(first));
        refuses(first, "expected file 4"); // again
    }

    @Test
    void theDeviceSeesThatAFileDoesNotFollowTheLastOne() throws IOException {
        var first = file(stage.asked("tx-1", "250000.00"));
        answered(first);
        var ours = RequestFile.read(Files.readAllBytes(first), List.of(serverKey()));
        var stranger = new SigningKey();
        var like = ours.head();
        var fork = new RequestFile.Head(
                like.issuer(),
                like.person(),
                like.key(),
                like.publicKey(),
                2,
                "0".repeat(64),
                like.issuedAt(),
                like.expiresAt());
        var forked = Files.writeString(
                folder.resolve("fork.txt"),
                RequestFile.write(fork, ours.requests(), stranger).text());
        var given = Base64.getUrlEncoder().withoutPadding().encodeToString(stranger.publicKey());
        refuses(forked, "does not follow", "--server-key", given);
    }

    @Test
    void answersAreTakenInTheOrderOfTheFilesAndNoneIsLeftOutUnsaid() throws IOException {
        var request = stage.asked("tx-1", "250000.00");
        var other = stage.asked("tx-2", "260000.00");
        var third = stage.asked("tx-3", "270000.00");
        var first = answered(file(request));
        var second = answered(file(other));
        var last = answered(file(third));
        var refused = bringBack(bob, second);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("Expected the answers to file 1");
        assertThat(bringBack(bob, first).statusCode()).isEqualTo(200);
        assertThat(bringBack(bob, last).statusCode()).isEqualTo(409);
        assertThat(bringBack(bob, last, "&skip_to=2").statusCode()).isEqualTo(409);
        assertThat(bringBack(bob, last, "&skip_to=x").statusCode()).isEqualTo(400);
        assertThat(bringBack(bob, last, "&skip_to=3").statusCode()).isEqualTo(200);
        assertThat(bringBack(bob, second).statusCode()).isEqualTo(409);
        assertThat(bringBack(bob, second, "&skip_to=2").statusCode()).isEqualTo(409);
        assertThat(stage.isApproved(request)).isTrue();
        assertThat(stage.isApproved(other)).isFalse();
        assertThat(stage.isApproved(third)).isTrue();
        assertThat(stage.deployment.evidenceOf("offline_file.answered").getLast())
                .contains("\"sequence\":3", "\"skipped\":1");
    }

    @Test
    void answersAreWorthNothingInOtherHandsOrOfAnotherKey() throws Exception {
        var request = stage.asked("tx-1", "250000.00");
        var file = file(request);
        var answers = answered(file);
        var carol = stage.ofTreasury("carol");
        assertThat(bringBack(carol, answers).statusCode()).isEqualTo(404);

        // Carol's device answers a file of bob's in his key's name.
        var hers = folder.resolve("carol.json");
        var herKey = enrolled(carol, "ed25519", hers);
        var ours = RequestFile.read(Files.readAllBytes(file), List.of(serverKey()));
        var forged = AnswerFile.write(
                ours, List.of(new Answer(request, code(answers))), input -> signed(privateKey(hers), input));
        assertThat(bringBack(bob, forged).statusCode()).isEqualTo(403);
        // And in her own name: her key was asked nothing.
        var like = ours.head();
        var named = new RequestFile(
                new RequestFile.Head(
                        like.issuer(), "carol", herKey, like.publicKey(), 1, "", like.issuedAt(), like.expiresAt()),
                ours.requests(),
                ours.sha256());
        var own = AnswerFile.write(
                named, List.of(new Answer(request, code(answers))), input -> signed(privateKey(hers), input));
        assertThat(bringBack(carol, own).statusCode()).isEqualTo(409);
        assertThat(stage.isApproved(request)).isFalse();
        assertThat(stage.deployment.evidenceOf("session.signal")).isNotEmpty();
    }

    @Test
    void answersInWhichAByteWasChangedAreRefusedAsAWhole() throws IOException {
        var request = stage.asked("tx-1", "250000.00");
        var answers = answered(file(request));
        var middle = answers.indexOf('.') + 40;
        var changed = answers.substring(0, middle)
                + (answers.charAt(middle) == 'A' ? 'B' : 'A')
                + answers.substring(middle + 1);
        assertThat(bringBack(bob, changed).statusCode()).isIn(400, 403, 404);
        var end = answers.length() - 10;
        var signature =
                answers.substring(0, end) + (answers.charAt(end) == 'A' ? 'B' : 'A') + answers.substring(end + 1);
        assertThat(bringBack(bob, signature).statusCode()).isEqualTo(403);
        assertThat(bringBack(bob, "").statusCode()).isEqualTo(400);
        assertThat(bringBack(bob, "x".repeat(100_000)).statusCode()).isEqualTo(400);
        assertThat(stage.isApproved(request)).isFalse();
        assertThat(bringBack(bob, answers).statusCode()).isEqualTo(200);
        assertThat(stage.isApproved(request)).isTrue();
    }

    @Test
    void aCodeIsWorthSomethingForItsOwnBytesAlone() throws IOException {
        var first = stage.asked("tx-1", "250000.00");
        var second = stage.asked("tx-2", "999999.00");
        var file = file(first, second);
        var ours = RequestFile.read(Files.readAllBytes(file), List.of(serverKey()));
        var answers = answers(answered(file));
        var swapped = List.of(
                new Answer(first, answers.get(1).path("code").asString()),
                new Answer(second, answers.get(0).path("code").asString()));
        var text = AnswerFile.write(ours, swapped, input -> signed(privateKey(device), input));
        var result = bringBack(bob, text);
        assertThat(result.statusCode()).isEqualTo(200);
        assertThat(result.body()).contains("the code does not answer what was asked");
        assertThat(stage.isApproved(first)).isFalse();
        assertThat(stage.isApproved(second)).isFalse();
        assertThat(stage.deployment.evidenceOf("session.signal")).hasSize(2);
    }

    @Test
    void otherRequestsThanTheFileAskedAreRefusedAsAWhole() throws IOException {
        var first = stage.asked("tx-1", "250000.00");
        var second = stage.asked("tx-2", "999999.00");
        var file = file(first, second);
        var ours = RequestFile.read(Files.readAllBytes(file), List.of(serverKey()));
        for (var wrong : List.of(
                List.of(new Answer(second, null), new Answer(first, null)),
                List.of(new Answer(first, null)),
                List.of(new Answer(first, null), new Answer(first, null)),
                List.of(new Answer(first, null), new Answer(second, null), new Answer(second, null)))) {
            var text = AnswerFile.write(ours, wrong, input -> signed(privateKey(device), input));
            assertThat(bringBack(bob, text).statusCode()).isEqualTo(409);
        }
    }

    @Test
    void eachAnswerIsTakenOrRefusedForItself() throws IOException {
        var signedBefore = stage.asked("tx-1", "250000.00");
        var denied = stage.asked("tx-2", "260000.00");
        var good = stage.asked("tx-3", "270000.00");
        var answers = answered(file(signedBefore, denied, good));
        bob.sign(signedBefore);
        assertThat(bob.post("/approvals/" + denied + "/deny", "{\"reason\":\"No\"}")
                        .statusCode())
                .isEqualTo(200);
        var result = bringBack(bob, answers);
        assertThat(result.statusCode()).as(result.body()).isEqualTo(200);
        assertThat(result.body()).contains("you have signed it already, or the request is over");
        assertThat(stage.isApproved(good)).isTrue();
        assertThat(stage.deployment.evidenceOf("approval.signed")).hasSize(2);
        assertThat(stage.deployment.evidenceOf("offline_file.answered").getFirst())
                .contains(signedBefore + " over", denied + " over", good + " signed");
    }

    @Test
    void aRevokedKeyGetsNoFileAndItsAnswersAreWorthNothing() throws IOException {
        var request = stage.asked("tx-1", "250000.00");
        var answers = answered(file(request));
        assertThat(form(bob, "/offline-keys/" + key + "/revoke", "").statusCode())
                .isEqualTo(303);
        assertThat(bringBack(bob, answers).statusCode()).isEqualTo(404);
        assertThat(download(request).statusCode()).isEqualTo(404);
        assertThat(stage.isApproved(request)).isFalse();
    }

    @Test
    void answersAfterTheTimeOfTheFileAreRefused() throws IOException {
        var request = stage.asked("tx-1", "250000.00");
        var answers = answered(file(request));
        stage.deployment.restart(() -> stage.deployment.tamper("update offline_file set expires_at = 1"));
        var late = bringBack(bob, answers);
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(late.body()).contains("was good until");
    }

    @Test
    void filesHaveLimitsAndAreForThosePeopleWhoMaySign() {
        var request = stage.asked("tx-1", "250000.00");
        var many = new ArrayList<String>();
        for (var i = 0; i <= RequestFile.MAX_REQUESTS; i++) {
            many.add("rq_" + i);
        }
        assertThat(download(many.toArray(String[]::new)).statusCode()).isEqualTo(400);
        assertThat(form(bob, "/offline-files", "key=" + key).statusCode()).isEqualTo(400);
        assertThat(download("rq_unknown").statusCode()).isEqualTo(404);
        var carol = stage.ofTreasury("carol");
        assertThat(form(carol, "/offline-files", "key=" + key + "&" + request + "=on")
                        .statusCode())
                .isEqualTo(404);
        var foreign =
                bob.asThisBrowser(HttpRequest.newBuilder(stage.deployment.issuer.resolve("/offline-files/answers"))
                        .header("Origin", "https://evil.example")
                        .header("Sec-Fetch-Site", "cross-site")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("answers=x")));
        assertThat(bob.send(foreign, false).statusCode()).isEqualTo(403);
    }

    /** The server's key as the device keeps it. */
    private byte[] serverKey() throws IOException {
        return Base64.getUrlDecoder()
                .decode(Json.MAPPER
                        .readTree(Files.readString(device))
                        .path("server_key")
                        .asString());
    }

    private static JsonNode answers(String text) {
        var payload = Base64.getUrlDecoder().decode(text.split("\\.", -1)[1]);
        return Json.MAPPER.readTree(payload).path("answers");
    }

    private static String code(String answers) {
        return answers(answers).get(0).path("code").asString();
    }

    private static PrivateKey privateKey(Path device) {
        try {
            var pkcs8 =
                    Json.MAPPER.readTree(Files.readString(device)).path("pkcs8").asString();
            return KeyFactory.getInstance("Ed25519")
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getUrlDecoder().decode(pkcs8)));
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] signed(PrivateKey key, byte[] input) {
        try {
            var ed25519 = Signature.getInstance("Ed25519");
            ed25519.initSign(key);
            ed25519.update(input);
            return ed25519.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A server's key that is none of ours. */
    private static final class SigningKey implements Ed25519Key {
        private final KeyPair pair;

        SigningKey() {
            try {
                pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public String id() {
            return "other";
        }

        @Override
        public byte[] publicKey() {
            var encoded = pair.getPublic().getEncoded();
            return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        }

        @Override
        public byte[] sign(byte[] message) {
            return signed(pair.getPrivate(), message);
        }
    }
}
