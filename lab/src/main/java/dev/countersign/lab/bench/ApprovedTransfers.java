package dev.countersign.lab.bench;

import dev.countersign.lab.demo.SeparateDeployment;
import dev.countersign.lab.person.Visitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/** Alice, who asks for large transfers, and pairs of treasury who sign them: what benches spend. */
final class ApprovedTransfers {
    static final String AMOUNT = "250000.00";

    /** Signatures of one pair: an authenticator is asked at most 60 times within an hour. */
    private static final int SIGNATURES_OF_A_PAIR = 50;

    private final SeparateDeployment demo;
    private final Visitor alice;
    private List<Visitor> pair = List.of();
    private int pairs;
    private int signed;

    ApprovedTransfers(SeparateDeployment demo) {
        this.demo = demo;
        alice = demo.logIn("alice", Map.of("groups", List.of()));
        alice.registerAuthenticator();
    }

    /** Alice with a token that lives five minutes from now, stepped up. */
    Visitor alice() {
        alice.openBank(demo.bank());
        alice.stepUp("urn:countersign:acr:phr", 300);
        return alice;
    }

    /** So many more that two signed, and that nobody executed yet. */
    List<Approved> more(int count) {
        var transfers = new ArrayList<Approved>();
        for (var i = 0; i < count; i++) {
            transfers.add(approved());
        }
        return transfers;
    }

    private Approved approved() {
        if (pair.isEmpty() || signed == SIGNATURES_OF_A_PAIR) {
            pairs++;
            pair = List.of(treasurer("first" + pairs), treasurer("second" + pairs));
            signed = 0;
        }
        signed++;
        var id = UUID.randomUUID().toString();
        var body = JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "id",
                        id,
                        "from",
                        "DE89370400440532013000",
                        "amount",
                        AMOUNT,
                        "currency",
                        "EUR",
                        "payee",
                        Map.of("name", "ACME GmbH", "iban", "FR1420041010050500013M02606"),
                        "reference",
                        "Invoice 1042"));
        var answer = alice.call("POST", demo.bank().resolve("/api/transfers"), body);
        var request = answer.json().path("request").path("id").asString("");
        if (request.isEmpty()) {
            throw new IllegalStateException("The bank did not ask for approvals: " + answer.body());
        }
        pair.forEach(signer -> signer.approve(request));
        return new Approved(id, request);
    }

    private Visitor treasurer(String name) {
        var visitor = demo.logIn(name, Map.of("groups", List.of("treasury")));
        visitor.registerAuthenticator();
        return visitor;
    }

    /** A transfer and the request under which it was signed. */
    record Approved(String id, String request) {}
}
