package dev.countersign.enforce;

import dev.countersign.Settings;
import dev.countersign.http.Problem;
import dev.countersign.jose.InvalidJws;
import dev.countersign.key.Sha256;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The enforcement points of the settings. */
final class ConfiguredEnforcementPoints implements EnforcementPoints {
    /** Longest API key or token, characters. */
    static final int MAX_CREDENTIAL = 8 * 1024;

    private static final String SCHEME = "Bearer ";

    private final List<Known> known;
    private final EnforcerTokens tokens;

    ConfiguredEnforcementPoints(List<Settings.Enforcer> enforcers, EnforcerTokens tokens) {
        this.known = enforcers.stream().map(Known::of).toList();
        this.tokens = tokens;
    }

    @Override
    public EnforcementPoint authenticate(ServerRequest request) {
        var credential = credential(request);
        return byKey(credential)
                .or(() -> byToken(credential))
                .orElseThrow(() -> unknown("The API key or token is not valid"));
    }

    private static String credential(ServerRequest request) {
        var headers = request.headers();
        if (!headers.contains(HeaderNames.AUTHORIZATION)) {
            throw unknown("Send Authorization: Bearer with an API key or an access token");
        }
        var values = headers.get(HeaderNames.AUTHORIZATION).allValues();
        var value = values.getFirst();
        if (values.size() != 1
                || !value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || value.length() > SCHEME.length() + MAX_CREDENTIAL) {
            throw unknown("Send one Authorization: Bearer with an API key or an access token");
        }
        return value.substring(SCHEME.length()).strip();
    }

    /** Compares with every key, each in constant time, so that the time tells nothing of any. */
    private Optional<EnforcementPoint> byKey(String credential) {
        var hash = Sha256.of(credential);
        EnforcementPoint found = null;
        for (var one : known) {
            if (one.keyHash() != null && MessageDigest.isEqual(one.keyHash(), hash)) {
                found = one.point();
            }
        }
        return Optional.ofNullable(found);
    }

    private Optional<EnforcementPoint> byToken(String credential) {
        try {
            var id = tokens.verify(credential);
            return known.stream()
                    .map(Known::point)
                    .filter(point -> point.id().equals(id))
                    .findFirst();
        } catch (InvalidJws e) {
            return Optional.empty();
        }
    }

    private static Problem unknown(String detail) {
        return Problem.unauthorized(detail).header("WWW-Authenticate", "Bearer");
    }

    private record Known(EnforcementPoint point, byte @Nullable [] keyHash) {
        static Known of(Settings.Enforcer enforcer) {
            var hex = enforcer.apiKeySha256();
            return new Known(
                    new EnforcementPoint(enforcer.id(), enforcer.rights()),
                    hex == null ? null : HexFormat.of().parseHex(hex));
        }
    }
}
