package dev.countersign.transaction;

import com.nimbusds.jose.jwk.OctetKeyPair;
import dev.countersign.http.Json;
import dev.countersign.jose.CompactJws;
import dev.countersign.key.KeyRing;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Signs and verifies receipts. Ed25519 is deterministic: the same stored parts always give the same receipt under one key. */
final class Receipts implements ReceiptCheck {
    /** How long an enforcement point may act on a receipt. */
    static final Duration LIFETIME = Duration.ofSeconds(60);

    static final String TYP = "receipt+jwt";

    private final URI issuer;
    private final ReceiptJws jws;

    Receipts(URI issuer, ReceiptJws jws) {
        this.issuer = issuer;
        this.jws = jws;
    }

    @Override
    public Optional<Known> verify(String receipt) {
        return jws.verify(TYP, receipt)
                .map(claims -> new Known(
                        claims.get("aud").stringValue(),
                        claims.get("sub").stringValue(),
                        claims.get("txn").stringValue(),
                        new TransactionHash(claims.get("transaction_hash").stringValue()),
                        claims.get("evaluation_id").stringValue(),
                        Instant.ofEpochSecond(claims.get("exp").longValue())));
    }

    /** The public key that {@code jws}, just signed, is verified with. */
    OctetKeyPair key(String jws, KeyRing keys) {
        return (OctetKeyPair) keys.published()
                .getKeyByKeyId(CompactJws.parse(jws, ReceiptJws.MAX_LENGTH).headerText("kid"));
    }

    Receipt sign(StoredReceipt stored) {
        var claims = Json.MAPPER
                .createObjectNode()
                .put("iss", issuer.toString())
                .put("aud", stored.enforcementPoint())
                .put("sub", stored.requester())
                .put("iat", stored.issuedAt().getEpochSecond())
                .put("exp", stored.expiresAt().getEpochSecond())
                .put("jti", stored.id())
                .put("txn", stored.transactionId())
                .put("transaction_hash", stored.hash().hex())
                .put("evaluation_id", stored.evaluationId())
                .put("policy", stored.policy())
                .put("evidence_index", stored.evidenceIndex());
        return new Receipt(
                stored.id(),
                stored.enforcementPoint(),
                stored.transactionId(),
                stored.hash(),
                stored.expiresAt(),
                stored.evidenceIndex(),
                jws.sign(TYP, claims));
    }
}
