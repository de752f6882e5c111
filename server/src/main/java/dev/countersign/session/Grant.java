package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a session may be used for, before any policy is asked. It only ever takes away.
 *
 * @param scopes of its tokens; empty: they name none
 * @param audiences enforcement points that may present its tokens; empty: every one
 * @param actors who acts for the principal, the one acting now first (RFC 8693 §4.1); empty: the principal itself
 * @param details the only transactions it is for (RFC 9396); none: any
 * @param derived whether it came of another session by exchange: it is live only while that one is
 */
public record Grant(
        Set<String> scopes, Set<String> audiences, List<Actor> actors, AuthorizationDetails details, boolean derived) {
    /** Whatever policy permits. */
    public static final Grant UNLIMITED = new Grant(Set.of(), Set.of(), List.of(), AuthorizationDetails.NONE, false);

    public Grant {
        scopes = Set.copyOf(scopes);
        audiences = Set.copyOf(audiences);
        actors = List.copyOf(actors);
        requireNonNull(details);
    }

    /** Limited by scopes alone. */
    public static Grant of(Set<String> scopes) {
        return scopes.isEmpty() ? UNLIMITED : new Grant(scopes, Set.of(), List.of(), AuthorizationDetails.NONE, false);
    }

    /** The same, for these transactions alone. */
    public Grant with(AuthorizationDetails only) {
        return new Grant(scopes, audiences, actors, only, derived);
    }

    /** Whether enforcement point {@code id} may present its tokens. */
    public boolean isFor(String id) {
        return audiences.isEmpty() || audiences.contains(id);
    }

    /** All actors, as policies see them. */
    public Set<String> actorNames() {
        return actors.stream().map(Actor::toString).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Somebody who acts for the principal.
     *
     * @param type {@code Agent} or {@code Workload}; {@code Client} for an application that named nobody
     */
    public record Actor(String type, String id) {
        public Actor {
            requireNonNull(type);
            requireNonNull(id);
        }

        /** {@code Agent::assistant}. */
        @Override
        public String toString() {
            return type + "::" + id;
        }
    }
}
