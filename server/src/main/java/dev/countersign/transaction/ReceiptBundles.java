package dev.countersign.transaction;

import dev.countersign.Settings;
import dev.countersign.evidence.InclusionProofs;
import dev.countersign.evidence.InclusionProofs.Proven;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.KeyRing;
import dev.countersign.store.Database;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that proves one permitted transaction to somebody who has nothing else: the bytes, who signed them and with which
 * keys, what each of them was shown, the receipt, and the evidence under a signed checkpoint. {@link BundleCheck} verifies it.
 */
final class ReceiptBundles {
    /** The form's name and version. */
    static final String FORM = "countersign-receipt/1";

    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final Settings.Webauthn webauthn;
    private final Database database;
    private final Receipts receipts;
    private final KeyRing keys;
    private final InclusionProofs proofs;

    ReceiptBundles(
            Settings.Webauthn webauthn, Database database, Receipts receipts, KeyRing keys, InclusionProofs proofs) {
        this.webauthn = webauthn;
        this.database = database;
        this.receipts = receipts;
        this.keys = keys;
        this.proofs = proofs;
    }

    /** Throws Problem 503 in the first second, while the evidence is not under a checkpoint yet. */
    ObjectNode of(StoredReceipt receipt) {
        var approvals = database.read(handle -> ApprovalStore.spentOn(handle, receipt.id()));
        var indices = new TreeSet<Long>();
        indices.add(receipt.evidenceIndex());
        for (var spent : approvals) {
            indices.add(spent.signedIndex());
            indices.add(spent.spentIndex());
        }
        if (receipt.outcomeIndex() >= 0) {
            indices.add(receipt.outcomeIndex());
        }
        var proven = proofs.prove(indices)
                .orElseThrow(() -> Problem.unavailable("The evidence is under a checkpoint in a second")
                        .header("Retry-After", "1"));
        return bundle(receipt, approvals, proven);
    }

    private ObjectNode bundle(StoredReceipt receipt, List<SpentApproval> approvals, Proven proven) {
        var bundle = Json.MAPPER.createObjectNode().put("form", FORM);
        var transaction = bundle.putObject("transaction")
                .put("canonical", BASE64URL.encodeToString(receipt.canonical()))
                .put("hash", receipt.hash().hex());
        if (receipt.lines() != null) {
            transaction.put("lines", BASE64URL.encodeToString(receipt.lines()));
        }
        var jws = receipts.sign(receipt).jws();
        var signed = bundle.putObject("receipt").put("jws", jws);
        var key = receipts.key(jws, keys);
        signed.putObject("key")
                .put("kty", "OKP")
                .put("crv", key.getCurve().getName())
                .put("x", key.getX().toString())
                .put("kid", key.getKeyID());
        var party = bundle.putObject("relying_party").put("id", webauthn.rpId());
        var origins = party.putArray("origins");
        webauthn.origins().forEach(origin -> origins.add(origin.toString()));
        var list = bundle.putArray("approvals");
        approvals.forEach(spent -> list.add(approval(spent.approval())));
        templates(bundle, approvals);
        evidence(bundle.putObject("evidence"), proven);
        return bundle;
    }

    private static ObjectNode approval(Approval approval) {
        var json = Json.MAPPER
                .createObjectNode()
                .put("id", approval.id())
                .put("person", approval.person().id())
                .put("method", approval.method().word())
                .put("nonce", approval.nonce())
                .put("credential_id", approval.assertion().credentialId())
                .put("public_key", approval.assertion().publicKey())
                .put("authenticator_data", approval.assertion().authenticatorData())
                .put("client_data", approval.assertion().clientDataJson())
                .put("signature", approval.assertion().signature())
                .put("display", approval.shown().display())
                .put("locale", approval.shown().locale());
        return approval.actingFor() == null
                ? json
                : json.put("acting_for", approval.actingFor().id());
    }

    private void templates(ObjectNode bundle, List<SpentApproval> approvals) {
        var templates = bundle.putObject("templates");
        database.read(handle -> {
            for (var spent : approvals) {
                var hash = spent.approval().shown().display();
                template(handle, hash, templates);
            }
            return templates;
        });
    }

    private static void template(Handle handle, String hash, ObjectNode templates) {
        handle.createQuery("select template from display_template where hash = :hash")
                .bind("hash", hash)
                .mapTo(String.class)
                .findOne()
                .ifPresent(template -> templates.put(hash, template));
    }

    private static void evidence(ObjectNode json, Proven proven) {
        json.put("verifier_key", proven.verifierKey())
                .put("checkpoint", BASE64URL.encodeToString(proven.checkpoint().getBytes(StandardCharsets.UTF_8)));
        var entries = json.putArray("entries");
        for (var entry : proven.entries()) {
            var proof = entries.addObject()
                    .put("index", entry.index())
                    .put("entry", BASE64URL.encodeToString(entry.bytes()))
                    .putArray("proof");
            entry.path().forEach(hash -> proof.add(BASE64URL.encodeToString(hash)));
        }
    }
}
