package dev.countersign.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReceiptsTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private SigningPeer peer;

    @BeforeEach
    void start() throws Exception {
        peer = new SigningPeer();
    }

    @AfterEach
    void stop() {
        peer.close();
    }

    @Test
    void aReceiptIsBelievedOnlyForItsAudienceTransactionHashAndTime() throws Exception {
        var receipt = receipt("EdDSA", "receipt+jwt");
        assertThat(at(NOON).verify(receipt, "bank", "t1", "h1").subject()).isEqualTo("alice");
        refused(at(NOON), receipt, "shop", "t1", "h1");
        refused(at(NOON), receipt, "bank", "t2", "h1");
        refused(at(NOON), receipt, "bank", "t1", "h2");
        refused(at(NOON.plusSeconds(66)), receipt, "bank", "t1", "h1");
        refused(at(NOON.minusSeconds(6)), receipt, "bank", "t1", "h1");
    }

    @Test
    void anotherTypeAlgorithmOrSignatureIsRefused() throws Exception {
        refused(at(NOON), receipt("EdDSA", "at+jwt"), "bank", "t1", "h1");
        refused(at(NOON), receipt("ES256", "receipt+jwt"), "bank", "t1", "h1");
        var good = receipt("EdDSA", "receipt+jwt");
        peer.forge();
        var other = receipt("EdDSA", "receipt+jwt");
        refused(at(NOON), other, "bank", "t1", "h1");
        assertThat(good).isNotEqualTo(other);
    }

    private Receipts at(Instant now) {
        return Countersign.at(peer.issuer())
                .apiKey("k")
                .clock(InstantSource.fixed(now))
                .build()
                .receipts();
    }

    private static void refused(Receipts receipts, String jws, String audience, String transaction, String hash) {
        assertThatThrownBy(() -> receipts.verify(jws, audience, transaction, hash))
                .isInstanceOf(Receipts.InvalidReceipt.class);
    }

    private String receipt(String algorithm, String type) throws Exception {
        var claims = "{\"iss\":\"" + peer.issuer()
                + "\",\"aud\":\"bank\",\"sub\":\"alice\",\"jti\":\"rc_1\",\"txn\":\"t1\","
                + "\"transaction_hash\":\"h1\",\"iat\":" + NOON.getEpochSecond() + ",\"exp\":"
                + (NOON.getEpochSecond() + 60) + "}";
        return peer.sign(algorithm, type, claims);
    }
}
