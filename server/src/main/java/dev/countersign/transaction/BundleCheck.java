package dev.countersign.transaction;

import dev.countersign.evidence.Checkpoint;
import dev.countersign.evidence.InclusionProofs;
import dev.countersign.evidence.InclusionProofs.ProvenEntry;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.Sha256;
import dev.countersign.policy.SigningMethod;
import dev.countersign.webauthn.Authenticators.Assertion;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Verifies a receipt bundle from nothing but itself and, where the auditor has them, the keys that must have signed. */
public final class BundleCheck {
    /** Most approvals of one transaction. */
    static final int MAX_APPROVALS = 200;

    private static final int MAX_LONG = 4 * 1024 * 1024;
    private static final Base64.Decoder BASE64URL = Base64.getUrlDecoder();

    private final Fields bundle;
    private final @Nullable String trustedKey;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<Long, Evidence> evidence = new TreeMap<>();
    private final Map<String, String> spent = new LinkedHashMap<>(); // approval → person, as the evidence says

    private BundleCheck(Fields bundle, @Nullable String trustedKey) {
        this.bundle = bundle;
        this.trustedKey = trustedKey;
    }

    /**
     * What was verified and what is wrong, a sentence each.
     *
     * @param trustedKey the verifier key that must have signed the checkpoint (signed-note form), or null: then the one in the
     *     bundle, which finds every change but not a bundle that somebody made up whole
     */
    public static List<Finding> verify(JsonNode bundle, @Nullable String trustedKey) {
        try {
            var check = new BundleCheck(Fields.of(bundle, ""), trustedKey);
            check.run();
            return check.findings;
        } catch (Problem e) {
            return List.of(new Finding(false, e.extensions().get("pointer") + ": " + e.detail()));
        } catch (IllegalArgumentException | IllegalStateException e) {
            return List.of(new Finding(false, String.valueOf(e.getMessage())));
        }
    }

    private void run() {
        bundle.only(Set.of("form", "transaction", "receipt", "relying_party", "approvals", "templates", "evidence"));
        must(bundle.text("form").equals(ReceiptBundles.FORM), "The file is a receipt bundle, " + ReceiptBundles.FORM);
        var body = transaction();
        log();
        var permit = receipt(body);
        approvals(permit);
        outcome(permit);
    }

    private JsonNode transaction() {
        var transaction = bundle.object("transaction").only(Set.of("canonical", "hash", "lines", "line"));
        var canonical = bytes(transaction, "canonical");
        var hash = CanonicalForm.hash(canonical).hex();
        var body = Json.read(canonical);
        must(
                hash.equals(transaction.text("hash")) && Arrays.equals(CanonicalForm.of(body), canonical),
                "The transaction's bytes are canonical and have the hash " + hash);
        if (transaction.has("lines")) {
            var lines = BatchLines.read(bytes(transaction, "lines"));
            lines.whole(body.path("details"));
            ok("All " + lines.size() + " lines of the batch are those whose root was signed");
        }
        if (transaction.has("line")) {
            ok(ProvenLine.verify(transaction.object("line"), body.path("details")));
        }
        return body;
    }

    private void log() {
        var log = bundle.object("evidence").only(Set.of("verifier_key", "checkpoint", "entries"));
        var key = trustedKey == null ? log.text("verifier_key", MAX_LONG) : trustedKey;
        must(key.equals(log.text("verifier_key", MAX_LONG)), "The bundle names the key that you trust");
        var checkpoint = Checkpoint.verify(new String(bytes(log, "checkpoint"), StandardCharsets.UTF_8), key);
        ok("The checkpoint over " + checkpoint.size() + " entries is signed by " + key);
        for (var each : log.objects("entries", InclusionProofs.MAX_ENTRIES)) {
            var entry = each.only(Set.of("index", "entry", "proof"));
            var index = entry.integer("index", 0, Long.MAX_VALUE);
            var bytes = bytes(entry, "entry");
            var path = new ArrayList<byte[]>();
            entry.node().path("proof").forEach(hash -> path.add(BASE64URL.decode(hash.asString(""))));
            var read = Evidence.read(bytes, index);
            must(
                    InclusionProofs.isProven(checkpoint, new ProvenEntry(index, bytes, path)),
                    "Entry " + index + ", " + read.kind() + ", is in the log");
            must(evidence.put(index, read) == null, "Entry " + index + " is there once");
        }
    }

    private Permit receipt(JsonNode body) {
        var receipt = bundle.object("receipt").only(Set.of("jws", "key"));
        receipt.object("key").only(Set.of("kty", "crv", "x", "kid"));
        var claims = ReceiptJws.verify(
                        Receipts.TYP,
                        receipt.text("jws", MAX_LONG),
                        receipt.object("key").node())
                .orElseThrow(() -> new IllegalArgumentException("The receipt is not signed by the key beside it"));
        ok("The receipt is signed by the key " + receipt.object("key").text("kid"));
        var hash = bundle.object("transaction").text("hash");
        var index = claims.path("evidence_index").asLong(-1);
        var decision = evidence.get(index);
        if (decision == null || !decision.kind().equals("decision")) {
            throw new IllegalArgumentException("The permit's entry " + index + " is missing");
        }
        must(
                text(claims, "transaction_hash").equals(hash)
                        && text(claims, "txn").equals(text(body, "id"))
                        && text(claims, "aud").equals(text(body, "audience"))
                        && text(claims, "sub").equals(requester(body)),
                "The receipt is for this transaction, " + text(body, "id") + " at " + text(body, "audience"));
        must(
                decision.member("decision").asBoolean(false)
                        && decision.is("transaction_hash", hash)
                        && decision.is("receipt", text(claims, "jti"))
                        && decision.is("policy", text(claims, "policy"))
                        && decision.subject().equals(text(claims, "evaluation_id")),
                "The log says that it was permitted at " + text(decision.body(), "time") + " under policy "
                        + text(claims, "policy"));
        return new Permit(hash, text(claims, "jti"), text(body, "id"), index, decision);
    }

    private static String requester(JsonNode body) {
        var requester = body.path("requester");
        return text(requester, "type") + "::\"" + text(requester, "id") + '"';
    }

    private void approvals(Permit permit) {
        evidence.values().stream()
                .filter(entry -> entry.kind().equals("approval.spent"))
                .forEach(entry -> {
                    must(
                            entry.is("receipt", permit.receipt()) && entry.is("transaction_hash", permit.hash()),
                            "Approval " + entry.subject() + " was spent on this receipt");
                    spent.put(entry.subject(), text(entry.body(), "person"));
                });
        var party = bundle.object("relying_party").only(Set.of("id", "origins"));
        var origins = new ArrayList<URI>();
        party.node().path("origins").forEach(origin -> origins.add(URI.create(origin.asString(""))));
        var people = new HashSet<String>();
        var seen = new HashSet<String>();
        for (var approval : bundle.objects("approvals", MAX_APPROVALS)) {
            approval(approval, permit, party.text("id"), origins);
            must(seen.add(approval.text("id")), "Approval " + approval.text("id") + " is there once");
            must(people.add(approval.text("person")), approval.text("person") + " signed once");
        }
        var named = new HashSet<String>();
        permit.decision().member("approvals").forEach(id -> named.add(id.asString("")));
        must(
                seen.equals(spent.keySet()) && seen.equals(named),
                seen.size() + " approvals were spent, and all of them are here");
        var shown = new HashSet<String>();
        bundle.objects("approvals", MAX_APPROVALS)
                .forEach(approval -> shown.add(approval.node().path("display").asString("")));
        shown.remove("");
        must(
                Set.copyOf(bundle.object("templates").node().propertyNames()).equals(shown),
                "The display templates that they were shown are here: " + shown.size());
        for (var template : bundle.object("templates").node().properties()) {
            must(
                    Sha256.hex(template.getValue().asString("")).equals(template.getKey()),
                    "The display template " + template.getKey() + " is as it was");
        }
    }

    private void approval(Fields approval, Permit permit, String rpId, List<URI> origins) {
        approval.only(Set.of(
                "id",
                "person",
                "method",
                "nonce",
                "credential_id",
                "public_key",
                "authenticator_data",
                "client_data",
                "signature",
                "display",
                "locale",
                "acting_for"));
        var id = approval.text("id");
        var person = approval.text("person");
        var method = SigningMethod.of(approval.text("method"))
                .orElseThrow(() -> Problem.invalid(approval.at("method"), "Unknown way of signing"));
        var assertion = new Assertion(
                text(approval.node(), "credential_id"),
                text(approval.node(), "public_key"),
                text(approval.node(), "authenticator_data"),
                text(approval.node(), "client_data"),
                text(approval.node(), "signature"));
        var signed = evidence.values().stream()
                .filter(entry -> entry.kind().equals("approval.signed")
                        && entry.subject().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The evidence of approval " + id + " is missing"));
        must(
                signed.is("transaction_hash", permit.hash())
                        && signed.is("person", person)
                        && person.equals(spent.get(id))
                        && signed.is("method", method.word())
                        && signed.is("display", text(approval.node(), "display"))
                        && signed.is("locale", text(approval.node(), "locale"))
                        && signed.is("nonce", text(approval.node(), "nonce"))
                        && signed.is("acting_for", text(approval.node(), "acting_for"))
                        && signed.is("assertion_sha256", Consent.digest(assertion)),
                "The log says that " + person + " consented to these bytes at " + text(signed.body(), "time"));
        var nonce = BASE64URL.decode(approval.text("nonce"));
        var problem = Consent.problem(
                method, assertion, Challenge.of(nonce, new TransactionHash(permit.hash())), rpId, origins);
        must(
                problem.isEmpty(),
                statement(method, person, assertion, rpId)
                        + problem.map(why -> ": " + why).orElse(""));
    }

    private static String statement(SigningMethod method, String person, Assertion assertion, String rpId) {
        return switch (method) {
            case WEBAUTHN ->
                person + " signed exactly these bytes with authenticator " + assertion.credentialId() + " at " + rpId;
            case ED25519 -> person + " signed exactly these bytes with the offline key " + assertion.credentialId();
            case OCRA, NUMBER ->
                person + " consented (" + method.word()
                        + "), which the log alone says: there is no signature to verify";
        };
    }

    private void outcome(Permit permit) {
        for (var entry : evidence.values()) {
            switch (entry.kind()) {
                case "decision" -> must(entry.equals(permit.decision()), "There is one permit");
                case "approval.signed", "approval.spent" ->
                    must(spent.containsKey(entry.subject()), entry.kind() + " belongs to an approval that is here");
                default ->
                    must(
                            entry.subject().equals(permit.receipt()) && entry.is("transaction_hash", permit.hash()),
                            "Outcome: " + text(entry.body(), "outcome") + ", at " + text(entry.body(), "time"));
            }
        }
    }

    private byte[] bytes(Fields fields, String name) {
        try {
            return BASE64URL.decode(fields.text(name, MAX_LONG));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(fields.at(name), "Not base64url");
        }
    }

    private static String text(JsonNode node, String name) {
        return node.path(name).asString("");
    }

    private void ok(String text) {
        findings.add(new Finding(true, text));
    }

    private void must(boolean holds, String text) {
        findings.add(new Finding(holds, text));
    }

    /** One thing that was looked at: a sentence that holds, or does not. */
    public record Finding(boolean holds, String text) {}

    /** What was permitted. */
    private record Permit(String hash, String receipt, String transaction, long index, Evidence decision) {}

    /** An entry of the log. */
    private record Evidence(String kind, String subject, JsonNode body) {
        static Evidence read(byte[] bytes, long index) {
            var body = Json.read(bytes);
            if (body.path("index").asLong(-1) != index) {
                throw new IllegalArgumentException("Entry " + index + " says that it is another");
            }
            return new Evidence(text(body, "kind"), text(body, "subject"), body);
        }

        JsonNode member(String name) {
            return body.path(name);
        }

        /** A member that is missing is as good as an empty one. */
        boolean is(String name, String value) {
            return text(body, name).equals(value);
        }
    }
}
