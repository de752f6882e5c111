package dev.countersign.session;

import dev.countersign.DoorSettings.Reuse;
import dev.countersign.Settings;
import dev.countersign.http.ClientAddress;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;

/** Exchanges tokens for which there is a {@link Door}: each opens a session that is bound to the key that proved. */
final class DoorExchange {
    /** Longest token, characters. */
    static final int MAX_TOKEN = 16 * 1024;

    private final List<Door> doors;
    private final LiveSessions sessions;
    private final RefusedTokens refused;

    DoorExchange(List<Door> doors, LiveSessions sessions, RefusedTokens refused) {
        this.doors = List.copyOf(doors);
        this.sessions = sessions;
        this.refused = refused;
    }

    /** True for a {@code subject_token_type} that a door may know. */
    static boolean takes(String type) {
        return type.equals(Door.JWT) || type.equals(Door.ACCESS_TOKEN);
    }

    /**
     * The session, or an {@code invalid_grant} that is written down.
     *
     * @param thumbprint of the key that the request proved
     */
    Session session(ServerRequest request, Settings.Client client, String type, String token, String thumbprint) {
        try {
            return opened(request, client, type, token, thumbprint);
        } catch (OAuthError e) {
            if (e.code().equals("invalid_grant")) {
                refused.record(client.id(), String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private Session opened(
            ServerRequest request, Settings.Client client, String type, String token, String thumbprint) {
        var good = admitted(type, token);
        if (good.key() != null && !good.key().equals(thumbprint)) {
            throw OAuthError.invalidGrant("The token is bound to another key");
        }
        var opening = new SessionOpening.Opening(
                good.principal(),
                good.issuer(),
                client.id(),
                good.assurance(),
                new Binding.DpopKey(thumbprint),
                good.groups(),
                null,
                ClientAddress.of(request),
                TokenExchange.userAgent(request),
                good.claims(),
                null,
                null,
                good.notAfter());
        var opened = switch (good.reuse()) {
            case ONCE -> sessions.openOnce(opening, good.hash(), good.remembered());
            case SAME_KEY -> sessions.openWithOneKey(opening, good.hash(), thumbprint, good.remembered());
            case UNTIL_EXPIRY -> Optional.of(sessions.open(opening));
        };
        return opened.orElseThrow(() -> OAuthError.invalidGrant(
                good.reuse() == Reuse.ONCE
                        ? "The token was used before"
                        : "The token was used before with another key"));
    }

    private Admission.Admitted admitted(String type, String token) {
        try {
            var jws = CompactJws.parse(token, MAX_TOKEN);
            for (var door : doors) {
                if (door.isFor(type, jws)) {
                    return switch (door.admit(token, jws)) {
                        case Admission.Admitted good -> good;
                        case Admission.Refused bad ->
                            throw OAuthError.invalidGrant("The token is not acceptable: " + bad.reason());
                        case Admission.Unavailable away ->
                            throw new OAuthError(503, "temporarily_unavailable", away.reason())
                                    .header("Retry-After", "5");
                    };
                }
            }
        } catch (InvalidJws e) {
            throw OAuthError.invalidGrant("The token is not acceptable: " + e.text());
        }
        throw OAuthError.invalidGrant("The token is of an issuer that is not configured for its type");
    }
}
