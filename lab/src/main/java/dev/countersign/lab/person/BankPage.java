package dev.countersign.lab.person;

import dev.countersign.client.DpopKey;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the bank's page keeps in the browser: its key, its token and the servers' last nonces. */
final class BankPage {
    final URI bank;
    final DpopKey key;
    private final Map<String, String> nonces = new HashMap<>();

    @Nullable
    String accessToken;

    @Nullable
    String refreshToken;

    @Nullable
    String lastProof;

    BankPage(URI bank, InstantSource clock) {
        this.bank = bank;
        this.key = DpopKey.generate(clock);
    }

    URI redirectUri() {
        return bank.resolve("/callback");
    }

    String proof(String method, URI uri, @Nullable String token) {
        var proof = key.proof(method, uri, token, nonces.get(uri.getAuthority()));
        lastProof = proof;
        return proof;
    }

    /** Keeps the nonce of an answer. True when the answer asks for the same request again with it (RFC 9449 §8, §9). */
    boolean asksAgain(Hop answer) {
        answer.header("DPoP-Nonce").ifPresent(nonce -> nonces.put(answer.uri().getAuthority(), nonce));
        return (answer.status() == 400 || answer.status() == 401)
                && answer.header("DPoP-Nonce").isPresent()
                && (answer.header("WWW-Authenticate").orElse("") + answer.body()).contains("use_dpop_nonce");
    }
}
