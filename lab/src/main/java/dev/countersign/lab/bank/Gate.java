package dev.countersign.lab.bank;

import dev.countersign.client.AccessTask;
import dev.countersign.client.Countersign;
import dev.countersign.client.CountersignException;
import dev.countersign.client.Decision;
import dev.countersign.client.Decision.Permit;
import dev.countersign.client.Decision.Refused;
import dev.countersign.client.Evaluation;
import dev.countersign.client.Outcome;
import dev.countersign.client.Receipts.InvalidReceipt;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The bank's questions to Countersign. */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    /** An outcome is reported at most this often; what fails then is logged and stays open at Countersign. */
    static final int MAX_REPORTS = 5;

    /** Nanoseconds before the second report; twice as long before each further one. */
    private static final long REPORT_AGAIN = 50_000_000;

    /** Map keys in order and no space: JCS (RFC 8785) for what holds strings without control characters alone. */
    private static final JsonMapper CANONICAL = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private final Countersign countersign;
    private final Accounts accounts;
    private final String enforcementPoint;

    Gate(Countersign countersign, Accounts accounts, String enforcementPoint) {
        this.countersign = countersign;
        this.accounts = accounts;
        this.enforcementPoint = enforcementPoint;
    }

    /** May {@code caller} see {@code account}? */
    Decision read(Caller caller, Account account) {
        return countersign.evaluate(question(caller, "read-account", "Account", account.iban())
                .resourceProperties(Map.of("owner", account.owner()))
                .build());
    }

    /** The question whether {@code caller} may do {@code instruction}; {@code approval} is what its request ended with. */
    Evaluation question(Caller caller, Instruction instruction, @Nullable String approval) {
        var question = question(caller, instruction.action(), instruction.resourceType(), instruction.resourceId())
                .transaction(instruction.id(), instruction.transactionType(), instruction.details());
        accounts.find(instruction.resourceId())
                .ifPresent(account -> question.resourceProperties(Map.of("owner", account.owner())));
        if (approval != null) {
            question.approval(approval);
        }
        return question.build();
    }

    Decision decide(Evaluation question) {
        return countersign.evaluate(question);
    }

    /** Asks the approvers. Empty when Countersign does not take the request. */
    Optional<AccessTask> request(Evaluation question, Refused refused) {
        try {
            return Optional.of(countersign.request(question, refused));
        } catch (CountersignException e) {
            LOG.warn("no approval could be asked for: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** How a request stands. Empty when that cannot be told now. */
    Optional<AccessTask> status(String request) {
        try {
            return Optional.of(countersign.status(request));
        } catch (CountersignException e) {
            LOG.warn("a request's status cannot be read: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** The evidence index in the permit's receipt, once the receipt proves that exactly this may be done by this person. */
    Optional<Long> proven(Permit permit, Caller caller, Instruction instruction) {
        var receipt = permit.receipt();
        if (receipt == null) {
            LOG.warn("a permit came without a receipt");
            return Optional.empty();
        }
        try {
            var verified = countersign
                    .receipts()
                    .verify(receipt, enforcementPoint, instruction.id(), hash(caller, instruction));
            if (!verified.subject().equals("User::\"" + caller.person() + "\"")) {
                LOG.warn("a receipt is for somebody else");
                return Optional.empty();
            }
            return Optional.of(verified.evidenceIndex());
        } catch (InvalidReceipt | CountersignException e) {
            LOG.warn("a receipt does not prove its transaction: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Tells what became of a permitted transaction; when that fails, again and again off the caller's path. */
    void report(String transaction, Outcome outcome) {
        if (!reported(transaction, outcome)) {
            Thread.startVirtualThread(() -> {
                for (var attempt = 1; attempt < MAX_REPORTS; attempt++) {
                    LockSupport.parkNanos(REPORT_AGAIN << attempt);
                    if (reported(transaction, outcome)) {
                        return;
                    }
                }
            });
        }
    }

    private boolean reported(String transaction, Outcome outcome) {
        try {
            countersign.outcome(transaction, outcome);
            return true;
        } catch (CountersignException e) {
            LOG.warn("outcome of {} not reported: {}", transaction, e.getMessage());
            return false;
        }
    }

    private static Evaluation.Builder question(Caller caller, String action, String resourceType, String resource) {
        return Evaluation.of("User", caller.person(), action, resourceType, resource)
                .session(caller.token(), caller.scheme(), caller.proof(), caller.method(), caller.uri())
                .client(caller.ip(), caller.userAgent());
    }

    /** The bank's own hash of what it is about to do: SHA-256 over the transaction's canonical form. */
    private String hash(Caller caller, Instruction instruction) {
        var transaction = new TreeMap<String, Object>();
        transaction.put("action", instruction.action());
        transaction.put("audience", enforcementPoint);
        transaction.put("details", instruction.details());
        transaction.put("id", instruction.id());
        transaction.put("requester", Map.of("id", caller.person(), "type", "User"));
        transaction.put("resource", Map.of("id", instruction.resourceId(), "type", instruction.resourceType()));
        transaction.put("type", instruction.transactionType());
        try {
            var digest = MessageDigest.getInstance("SHA-256")
                    .digest(CANONICAL.writeValueAsString(transaction).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has SHA-256
        }
    }
}
