package dev.countersign.login;

import dev.countersign.session.Acr;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A step-up that the identity provider does (RFC 9470 §4).
 *
 * @param session the one that it raises, no other
 * @param acr class of ours that it has to reach
 * @param maxAge oldest authentication that counts
 */
record ProviderStepUp(SessionId session, String acr, Duration maxAge, OwnPath returnTo) {
    static final String PATH = "/step-up/provider";

    /** What a step-up under way is remembered as: a login that nobody else can begin, for no page is there. */
    private static final String UNDER_WAY = PATH + "/under-way";

    /** Oldest authentication when nothing is said. */
    static final Duration MAX_AGE = Duration.ofMinutes(5);

    private static final Set<String> CLASSES = Set.of(Acr.BASE, Acr.MFA);
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    /** Empty when it is not well formed, or asks for more than a provider's word can reach. */
    static Optional<ProviderStepUp> read(Parameters parameters) {
        var session = parameters.get("session").flatMap(ProviderStepUp::session);
        var acr = parameters.get("acr_values").filter(CLASSES::contains);
        var maxAge = parameters.get("max_age").orElse(Long.toString(MAX_AGE.toSeconds()));
        var returnTo = OwnPath.of(parameters.get("return_to").orElse("/"));
        if (parameters.anySpoilt()
                || session.isEmpty()
                || acr.isEmpty()
                || returnTo.isEmpty()
                || !SECONDS.matcher(maxAge).matches()) {
            return Optional.empty();
        }
        return Optional.of(new ProviderStepUp(
                session.get(), acr.get(), Duration.ofSeconds(Long.parseLong(maxAge)), returnTo.get()));
    }

    private static Optional<SessionId> session(String id) {
        try {
            return Optional.of(new SessionId(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Where a person asks for it, which asks for the same again; empty when that is too long. */
    Optional<OwnPath> page() {
        return OwnPath.of("/step-up?" + query());
    }

    /** As a login under way remembers it; empty when that is too long. */
    Optional<OwnPath> underWay() {
        return OwnPath.of(UNDER_WAY + "?" + query());
    }

    /** The step-up that {@code remembered} stands for; empty when it is a login's. */
    static Optional<ProviderStepUp> underWay(OwnPath remembered) {
        var uri = URI.create(remembered.value());
        return UNDER_WAY.equals(uri.getPath()) && uri.getRawQuery() != null
                ? read(Parameters.of(uri.getRawQuery()))
                : Optional.empty();
    }

    private String query() {
        return Parameters.pair("session", session.value()) + "&" + Parameters.pair("acr_values", acr) + "&"
                + Parameters.pair("max_age", Long.toString(maxAge.toSeconds())) + "&"
                + Parameters.pair("return_to", returnTo.value());
    }

    /** True when {@code session} has what is asked for. One of this moment meets any age: the way back takes time. */
    boolean isMetBy(Session session, Instant now) {
        return session.hasAssurance(acr, Set.of(), age(), now);
    }

    /** True when an authentication at {@code at} is young enough at {@code now}. */
    boolean isYoungEnough(Instant at, Instant now) {
        return !at.plus(age()).isBefore(now);
    }

    private Duration age() {
        return maxAge.compareTo(AuthorizeRequest.MIN_MAX_AGE) < 0 ? AuthorizeRequest.MIN_MAX_AGE : maxAge;
    }
}
