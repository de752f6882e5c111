package dev.countersign.lab.bank;

import dev.countersign.lab.bank.Instruction.KeyExport;
import dev.countersign.lab.bank.Instruction.NewAdministrator;
import dev.countersign.lab.bank.Instruction.Transfer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Does what was permitted. Called once for each order (see {@link Orders#begin}). */
final class BackOffice {
    private final Accounts accounts;
    private final Map<String, String> administrators = new ConcurrentHashMap<>();

    BackOffice(Accounts accounts) {
        this.accounts = accounts;
    }

    /** What came of it. */
    record Result(boolean done, String text) {}

    Result execute(Instruction instruction) {
        return switch (instruction) {
            case Transfer transfer ->
                accounts.transfer(transfer.from(), transfer.payee().iban(), transfer.value())
                        ? new Result(true, "Sent to " + transfer.payee().name() + ".")
                        : new Result(false, "There is not enough on the account.");
            case KeyExport export ->
                new Result(true, "A sealed copy was made; fingerprint " + fingerprint(export.key()) + ".");
            case NewAdministrator administrator -> {
                administrators.put(administrator.person(), administrator.role());
                yield new Result(true, administrator.person() + " is an administrator now.");
            }
        };
    }

    private static String fingerprint(String key) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256").digest(("northgate:" + key).getBytes(StandardCharsets.UTF_8));
            return HexFormat.ofDelimiter(":").formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has SHA-256
        }
    }
}
