package dev.countersign.lab.bench;

import dev.countersign.lab.person.Visitor;
import java.net.URI;
import java.util.regex.Pattern;

/** Somebody's questions, as the bank asks them. Thread-safe: their token and key are only read. */
final class Questions {
    private static final Pattern NONCE = Pattern.compile("\"dpop_nonce\":\"([^\"]+)\"");

    private final Visitor asker;
    private final String user;
    private final URI accounts;
    private final URI transfers;
    private volatile String nonce = "none-yet";

    Questions(Visitor alice, URI bank) {
        this(alice, bank, "alice");
    }

    /** @param user whose account it is, too */
    Questions(Visitor asker, URI bank, String user) {
        this.asker = asker;
        this.user = user;
        this.accounts = bank.resolve("/api/accounts");
        this.transfers = bank.resolve("/api/transfers");
    }

    /** A proof for {@code GET /api/accounts}. */
    String readProof() {
        return asker.proof("GET", accounts, nonce);
    }

    String read(String proof) {
        return question("read-account", session("GET", accounts, proof), "");
    }

    /** A transfer under {@code id}, proven anew; {@code approval} may name a request of hers. */
    String transfer(String id, String amount, String approval) {
        var transaction = ",\"transaction\":" + transaction(id, amount);
        var named = approval.isEmpty() ? "" : ",\"approval\":{\"id\":\"" + approval + "\"}";
        return question(
                "transfer", session("POST", transfers, asker.proof("POST", transfers, nonce)), transaction + named);
    }

    /** What is submitted after such a transfer was refused. */
    String submission(String id, String amount, String bindingToken) {
        return ("{\"subject\":{\"type\":\"User\",\"id\":\"%s\"},\"action\":{\"name\":\"transfer\"},"
                        + "\"resource\":{\"type\":\"Account\",\"id\":\"DE89370400440532013000\"},"
                        + "\"context\":{\"transaction\":%s},\"denial\":{\"binding_token\":\"%s\"}}")
                .formatted(user, transaction(id, amount), bindingToken);
    }

    private static String transaction(String id, String amount) {
        return "{\"id\":\"%s\",\"type\":\"payment\",\"details\":{\"amount\":\"%s\",\"currency\":\"EUR\",\"payee\":{\"name\":\"ACME GmbH\",\"iban\":\"FR1420041010050500013M02606\"},\"reference\":\"Invoice 1042\"}}"
                .formatted(id, amount);
    }

    /** Keeps the nonce of an answer for the next proof. */
    void learn(String answer) {
        var found = NONCE.matcher(answer);
        if (found.find()) {
            nonce = found.group(1);
        }
    }

    private String session(String method, URI uri, String proof) {
        return "\"session\":{\"token\":\"%s\",\"scheme\":\"DPoP\",\"proof\":\"%s\",\"method\":\"%s\",\"uri\":\"%s\"}"
                .formatted(asker.accessToken(), proof, method, uri);
    }

    private String question(String action, String session, String more) {
        return ("{\"subject\":{\"type\":\"User\",\"id\":\"%s\"},\"action\":{\"name\":\"%s\"},"
                        + "\"resource\":{\"type\":\"Account\",\"id\":\"DE89370400440532013000\",\"properties\":{\"owner\":\"%s\"}},"
                        + "\"context\":{%s,\"client\":{\"ip\":\"203.0.113.7\"}%s}}")
                .formatted(user, action, user, session, more);
    }
}
