package dev.countersign.transaction;

import dev.countersign.session.Person;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a receipt, as stored; {@link Receipts} signs them.
 *
 * @param lines of a batch, else null
 * @param requester who asked, {@link dev.countersign.session.Principal#toString()}
 * @param evidenceIndex of the decision in the evidence log
 * @param outcome {@code executed}, {@code failed}, {@code unknown}, {@code reversed}, {@code not_executed}, or null when none was reported
 * @param outcomeIndex of the newest report of it in the evidence log, or -1
 */
record StoredReceipt(
        String id,
        String enforcementPoint,
        String transactionId,
        String type,
        TransactionHash hash,
        byte[] canonical,
        byte @Nullable [] lines,
        String requester,
        Person person,
        String evaluationId,
        String policy,
        long evidenceIndex,
        Instant issuedAt,
        Instant expiresAt,
        @Nullable String outcome,
        long outcomeIndex) {}
