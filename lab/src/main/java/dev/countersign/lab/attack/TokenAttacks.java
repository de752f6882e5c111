package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import java.util.List;
import java.util.Map;

/** A stolen token without its key, and stolen proofs. */
final class TokenAttacks {
    private static final String PHR = "urn:countersign:acr:phr";

    private TokenAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack("S02", "Access token stolen, used without the DPoP key", TokenAttacks::withoutTheKey),
                new Attack("S03", "Proof replayed verbatim", TokenAttacks::proofReplayed),
                new Attack("S04", "Proof for another method or URI", TokenAttacks::proofForAnotherRequest),
                new Attack("S05", "Proof with another token's ath", TokenAttacks::proofForAnotherToken),
                new Attack("S08", "Token used after logout and after revocation", TokenAttacks::afterTheEnd));
    }

    private static Finding withoutTheKey(Stage stage) throws InterruptedException {
        var alice = stage.customer(Cast.ALICE);
        var thief = new Thief(stage);
        var notes = new Notes()
                .honest("read", alice.call("GET", thief.accounts(), "").isSuccess());
        var ownKey = thief.readWithOwnKey(alice.accessToken());
        notes.attempt("own key", Thief.refused(ownKey, "invalid_proof"), Thief.code(ownKey));
        var bearer = thief.read("Bearer", alice.accessToken(), null);
        notes.attempt("Bearer", Thief.refused(bearer, "proof_required"), Thief.code(bearer));
        notes.honest("read afterwards", alice.call("GET", thief.accounts(), "").isSuccess());
        return notes.finding(stage.showsRefusal("invalid_proof") && stage.showsKind("session.signal"));
    }

    private static Finding proofReplayed(Stage stage) throws InterruptedException {
        var alice = stage.customer(Cast.ALICE);
        var thief = new Thief(stage);
        var notes = new Notes()
                .honest("read", alice.call("GET", thief.accounts(), "").isSuccess());
        var replay = thief.read("DPoP", alice.accessToken(), alice.lastProof());
        notes.attempt("replay", Thief.refused(replay, "replayed_proof"), Thief.code(replay));
        return notes.finding(stage.showsRefusal("replayed_proof"));
    }

    private static Finding proofForAnotherRequest(Stage stage) throws InterruptedException {
        var alice = stage.customer(Cast.ALICE);
        var thief = new Thief(stage);
        var notes = new Notes()
                .honest("read", alice.call("GET", thief.accounts(), "").isSuccess());
        for (var proof : List.of(
                Thief.intercepted(alice, "GET", stage.bank().resolve("/api/elsewhere")),
                Thief.intercepted(alice, "PUT", thief.accounts()))) {
            var moved = thief.read("DPoP", alice.accessToken(), proof);
            notes.attempt("moved proof", Thief.refused(moved, "invalid_proof"), Thief.code(moved));
        }
        return notes.finding(stage.showsRefusal("invalid_proof"));
    }

    private static Finding proofForAnotherToken(Stage stage) throws InterruptedException {
        var alice = stage.customer(Cast.ALICE);
        var thief = new Thief(stage);
        alice.call("GET", thief.accounts(), "");
        var proof = Thief.intercepted(alice, "PUT", thief.accounts());
        alice.stepUp(PHR, 300);
        var newer = thief.send("PUT", thief.accounts(), "DPoP", alice.accessToken(), proof, "");
        // The bank has nothing at PUT: the same question as a bank gone wrong would ask it.
        var bank = new Asking(stage);
        var moved = bank.ask(alice.accessToken(), "DPoP", proof, "PUT", thief.accounts(), Asking.READ);
        var notes = new Notes()
                .attempt(
                        "older token's proof",
                        newer.status() >= 400 && bank.refused(moved, "invalid_proof"),
                        bank.code(moved));
        notes.honest(
                "read with the newer token",
                alice.call("GET", thief.accounts(), "").isSuccess());
        return notes.finding(stage.showsRefusal("invalid_proof"));
    }

    private static Finding afterTheEnd(Stage stage) throws InterruptedException {
        var alice = stage.customer(Cast.ALICE);
        var thief = new Thief(stage);
        var notes = new Notes()
                .honest("read", alice.call("GET", thief.accounts(), "").isSuccess());
        var revoked = alice.accessToken();
        thief.form(stage.issuer().resolve("/oauth/revoke"), Map.of("token", revoked, "client_id", "bank"), Map.of());
        var afterRevocation = alice.call("GET", thief.accounts(), "");
        notes.attempt("revoked", Thief.refused(afterRevocation, "session_ended"), Thief.code(afterRevocation));

        alice.openBank(stage.bank());
        notes.honest(
                "read in a new session", alice.call("GET", thief.accounts(), "").isSuccess());
        var proof = Thief.intercepted(alice, "PUT", thief.accounts());
        var token = alice.accessToken();
        alice.logout();
        var bank = new Asking(stage);
        var afterLogout = bank.ask(token, "DPoP", proof, "PUT", thief.accounts(), Asking.READ);
        notes.attempt("logged out", bank.refused(afterLogout, "session_ended"), bank.code(afterLogout));
        return notes.finding(stage.showsRefusal("session_ended"));
    }
}
