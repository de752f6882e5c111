package dev.countersign.trust;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SpiffeIdTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "spiffe://example.org/a",
                "spiffe://td-1_x.example/ns/default/sa/API",
                "spiffe://a/...",
                "spiffe://a/-_."
            })
    void idsAreReadAsTheyStand(String id) {
        assertThat(SpiffeId.of(id)).hasValueSatisfying(read -> assertThat(read).hasToString(id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "spiffe://",
                "spiffe:///a",
                "spiffe://example.org",
                "spiffe://example.org/",
                "spiffe://example.org//a",
                "spiffe://example.org/a/",
                "spiffe://example.org/a/./b",
                "spiffe://example.org/../a",
                "spiffe://Example.org/a",
                "SPIFFE://example.org/a",
                "spiffe://example.org:8443/a",
                "spiffe://user@example.org/a",
                "spiffe://example.org/a?b",
                "spiffe://example.org/a#b",
                "spiffe://example.org/a%2Fb",
                "spiffe://example.org/ä",
                "spiffe://exämple.org/a",
                "https://example.org/a",
                "spiffe://example.org/a\n",
                " spiffe://example.org/a"
            })
    void everythingElseIsNoId(String id) {
        assertThat(SpiffeId.of(id)).isEmpty();
    }

    @Test
    void anIdHasALongestLength() {
        var path = "a".repeat(SpiffeId.MAX_ID - "spiffe://b/".length());
        assertThat(SpiffeId.of("spiffe://b/" + path)).isPresent();
        assertThat(SpiffeId.of("spiffe://b/a" + path)).isEmpty();
        assertThat(SpiffeId.isTrustDomain("a".repeat(SpiffeId.MAX_TRUST_DOMAIN)))
                .isTrue();
        assertThat(SpiffeId.isTrustDomain("a".repeat(SpiffeId.MAX_TRUST_DOMAIN + 1)))
                .isFalse();
    }
}
