package dev.countersign;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What sessions and tokens of one client may be.
 *
 * @param idle a shorter idle time than the level's, or null
 * @param absolute a shorter absolute lifetime than the level's, or null
 * @param refresh whether it gets refresh tokens
 * @param scopes what its access tokens stand for; empty: its tokens name no scope
 * @param exchange what it may exchange our tokens for (RFC 8693), or null for nothing but its own narrowed
 */
public record GrantSettings(
        @Nullable Duration idle,
        @Nullable Duration absolute,
        boolean refresh,
        Set<String> scopes,
        @Nullable Exchange exchange) {
    /** Lifetimes of the level, no refresh tokens, no scopes, no exchange. */
    public static final GrantSettings PLAIN = new GrantSettings(null, null, false, Set.of(), null);

    public GrantSettings {
        scopes = Set.copyOf(scopes);
    }

    /** The same, with refresh tokens. */
    public GrantSettings withRefresh() {
        return new GrantSettings(idle, absolute, true, scopes, exchange);
    }

    /** The same, shorter. */
    public GrantSettings within(Duration idle, Duration absolute) {
        return new GrantSettings(idle, absolute, refresh, scopes, exchange);
    }

    /** The same, with these scopes. */
    public GrantSettings withScopes(Set<String> scopes) {
        return new GrantSettings(idle, absolute, refresh, scopes, exchange);
    }

    /** The same, with these exchanges. */
    public GrantSettings with(Exchange exchange) {
        return new GrantSettings(idle, absolute, refresh, scopes, exchange);
    }

    /**
     * Exchanges of our access tokens for narrower ones. A client with it must have keys.
     *
     * @param tokensOf clients whose tokens it may exchange
     * @param audiences whom the new tokens may be for: ids of enforcement points
     * @param actors who may act with them, as {@code Agent::"id"} or {@code Workload::"id"} without the quotes:
     *     {@code Agent::assistant}
     * @param transactionTokens whether it gets transaction tokens
     */
    public record Exchange(Set<String> tokensOf, Set<String> audiences, Set<String> actors, boolean transactionTokens) {
        public Exchange {
            tokensOf = Set.copyOf(tokensOf);
            audiences = Set.copyOf(audiences);
            actors = Set.copyOf(actors);
        }
    }
}
