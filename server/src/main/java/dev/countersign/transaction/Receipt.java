package dev.countersign.transaction;

import java.time.Instant;

/**
 * Signed statement that one transaction was permitted.
 *
 * @param evidenceIndex of the decision in the evidence log
 * @param jws compact JWS (EdDSA), {@code typ: receipt+jwt}; claims {@code iss, aud, sub, iat, exp (≤ 60 s), jti, txn,
 *     transaction_hash, evaluation_id, policy, evidence_index}
 */
public record Receipt(
        String id,
        String enforcementPoint,
        String transactionId,
        TransactionHash hash,
        Instant expiresAt,
        long evidenceIndex,
        String jws) {}
