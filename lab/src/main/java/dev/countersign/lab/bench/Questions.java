package dev.countersign.lab.bench;

import dev.countersign.lab.person.Visitor;
import java.net.URI;
import java.util.regex.Pattern;

/** Alice's questions, as the bank asks them. Thread-safe: her token and key are only read. */
final class Questions {
    private static final Pattern NONCE = Pattern.compile("\"dpop_nonce\":\"([^\"]+)\"");

    private final Visitor alice;
    private final URI accounts;
    private final URI transfers;
    private volatile String nonce = "none-yet";

    Questions(Visitor alice, URI bank) {
        this.alice = alice;
        this.accounts = bank.resolve("/api/accounts");
        this.transfers = bank.resolve("/api/transfers");
    }

    /** A proof for {@code GET /api/accounts}. */
    String readProof() {
        return alice.proof("GET", accounts, nonce);
    }

    String read(String proof) {
        return question("read-account", session("GET", accounts, proof), "");
    }

    /** A transfer under {@code id}, proven anew; {@code approval} may name a request of hers. */
    String transfer(String id, String amount, String approval) {
        var transaction =
                ",\"transaction\":{\"id\":\"%s\",\"type\":\"payment\",\"details\":{\"amount\":\"%s\",\"currency\":\"EUR\",\"payee\":{\"name\":\"ACME GmbH\",\"iban\":\"FR1420041010050500013M02606\"},\"reference\":\"Invoice 1042\"}}"
                        .formatted(id, amount);
        var named = approval.isEmpty() ? "" : ",\"approval\":{\"id\":\"" + approval + "\"}";
        return question(
                "transfer", session("POST", transfers, alice.proof("POST", transfers, nonce)), transaction + named);
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
                .formatted(alice.accessToken(), proof, method, uri);
    }

    private static String question(String action, String session, String more) {
        return ("{\"subject\":{\"type\":\"User\",\"id\":\"alice\"},\"action\":{\"name\":\"%s\"},"
                        + "\"resource\":{\"type\":\"Account\",\"id\":\"DE89370400440532013000\",\"properties\":{\"owner\":\"alice\"}},"
                        + "\"context\":{%s,\"client\":{\"ip\":\"203.0.113.7\"}%s}}")
                .formatted(action, session, more);
    }
}
