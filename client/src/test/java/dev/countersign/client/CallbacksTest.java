package dev.countersign.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallbacksTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final URI HERE = URI.create("https://bank.example/callbacks");
    private static final String BODY = "{\"state\":\"flow-1\",\"task\":{\"id\":\"rq_1\",\"status\":\"approved\"}}";

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
    void aCallbackIsBelievedOnlyForItsEndpointTaskBodyAndTime() throws Exception {
        var token = token("callback+jwt", HERE, "rq_1", BODY);
        assertThat(at(NOON).verify(token, SigningPeer.bytes(BODY), HERE))
                .isEqualTo(new Callbacks.Told("rq_1", "approved", "flow-1"));
        refused(NOON, token, BODY.replace("approved", "denied"), HERE);
        refused(NOON, token, BODY, URI.create("https://shop.example/callbacks"));
        refused(NOON.plusSeconds(126), token, BODY, HERE);
        refused(NOON.minusSeconds(6), token, BODY, HERE);
        refused(NOON, token("callback+jwt", HERE, "rq_2", BODY), BODY, HERE);
        refused(NOON, token("callback+jwt", HERE, "rq_1", "[]"), "[]", HERE);
    }

    @Test
    void anotherTypeAForeignKeyOrNoTokenIsRefused() throws Exception {
        refused(NOON, token("receipt+jwt", HERE, "rq_1", BODY), BODY, HERE);
        refused(NOON, "Basic abc", BODY, HERE);
        refused(NOON, "Bearer a.b.c", BODY, HERE);
        assertThatThrownBy(() -> at(NOON).verify(null, SigningPeer.bytes(BODY), HERE))
                .isInstanceOf(Callbacks.InvalidCallback.class);
        peer.forge();
        refused(NOON, token("callback+jwt", HERE, "rq_1", BODY), BODY, HERE);
    }

    private Callbacks at(Instant now) {
        return Countersign.at(peer.issuer())
                .apiKey("k")
                .clock(InstantSource.fixed(now))
                .build()
                .callbacks();
    }

    private void refused(Instant now, String authorization, String body, URI endpoint) {
        assertThatThrownBy(() -> at(now).verify(authorization, SigningPeer.bytes(body), endpoint))
                .isInstanceOf(Callbacks.InvalidCallback.class);
    }

    private String token(String type, URI audience, String task, String body) throws Exception {
        var hash = SigningPeer.URL.encodeToString(
                MessageDigest.getInstance("SHA-256").digest(SigningPeer.bytes(body)));
        var claims = "{\"iss\":\"" + peer.issuer() + "\",\"aud\":\"" + audience + "\",\"sub\":\"" + task
                + "\",\"jti\":\"cb_1\",\"body_sha256\":\"" + hash + "\",\"iat\":" + NOON.getEpochSecond() + ",\"exp\":"
                + (NOON.getEpochSecond() + 120) + "}";
        return "Bearer " + peer.sign("EdDSA", type, claims);
    }
}
