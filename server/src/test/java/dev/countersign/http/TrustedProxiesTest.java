package dev.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose request it is behind proxies. */
final class TrustedProxiesTest {
    private final TrustedProxies proxies = TrustedProxies.of(List.of("10.0.0.0/8", "192.0.2.1", "2001:db8::/33"));

    @Test
    void aStrangersHeaderIsIgnored() {
        assertThat(proxies.client("203.0.113.7", List.of("198.51.100.1"))).isEqualTo("203.0.113.7");
        assertThat(proxies.client("192.0.2.2", List.of("198.51.100.1"))).isEqualTo("192.0.2.2");
    }

    @Test
    void whatTheClientInventedLeftOfTheProxiesIsIgnored() {
        assertThat(proxies.client("10.1.2.3", List.of("1.2.3.4", " 198.51.100.1 ", "192.0.2.1")))
                .isEqualTo("198.51.100.1");
        assertThat(proxies.client("10.1.2.3", List.of("10.9.9.9", "198.51.100.1")))
                .isEqualTo("198.51.100.1");
        assertThat(proxies.client("2001:db8:7fff::1", List.of("198.51.100.1"))).isEqualTo("198.51.100.1");
        assertThat(proxies.client("2001:db8:8000::1", List.of("198.51.100.1"))).isEqualTo("2001:db8:8000:0:0:0:0:1");
    }

    @Test
    void whatAProxyDoesNotSayIsUnknown() {
        assertThat(proxies.client("10.1.2.3", List.of())).isEqualTo("10.1.2.3");
        assertThat(proxies.client("10.1.2.3", List.of("198.51.100.1", "unknown")))
                .isNull();
        assertThat(proxies.client("10.1.2.3", List.of("localhost"))).isNull();
        assertThat(proxies.client("10.1.2.3", Collections.nCopies(TrustedProxies.MAX_HOPS + 1, "10.0.0.1")))
                .isNull();
    }

    @Test
    void badRangesAreRefused() {
        for (var bad : List.of("proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "", "::/129")) {
            assertThatThrownBy(() -> TrustedProxies.of(List.of(bad)))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> TrustedProxies.of(Collections.nCopies(TrustedProxies.MAX_RANGES + 1, "10.0.0.1")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
