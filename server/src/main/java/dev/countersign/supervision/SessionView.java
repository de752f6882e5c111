package dev.countersign.supervision;

import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionSearch.Seen;
import dev.countersign.session.SessionSearch.Standing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A session as pages show it. Public for the templates.
 *
 * @param title what it is: an application, or a browser
 * @param current true for the session that looks
 * @param badge its state in a word
 * @param style of the badge
 * @param reason why it is not active, or null
 * @param address that it was started from, or null when nobody saw it
 * @param device in words, {@code agent} as it was sent
 * @param key what it is bound to, in words
 * @param thumbprint the beginning of the key's thumbprint in groups of four, or null
 * @param signals how many security signals it has drawn
 * @param within sessions that end with it
 */
public record SessionView(
        String id,
        String title,
        String principal,
        String person,
        String client,
        boolean current,
        boolean isOver,
        String badge,
        String style,
        @Nullable String reason,
        String device,
        String agent,
        @Nullable String address,
        String key,
        @Nullable String thumbprint,
        String since,
        String lastUsed,
        String until,
        int signals,
        List<SessionView> within) {
    /** Characters of a thumbprint that tell keys apart to the eye: 96 bits. */
    static final int SHOWN_OF_THUMBPRINT = 16;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** Of {@code seen} at {@code now}, looked at from {@code viewer}. */
    static SessionView of(Seen seen, List<SessionView> within, SessionId viewer, String browserClient, Instant now) {
        var session = seen.session();
        var standing = Standing.of(session, now);
        var device = UserAgentText.of(session.userAgent());
        return new SessionView(
                session.id().value(),
                session.client().equals(browserClient) ? device : session.client(),
                session.principal().toString(),
                session.person().id(),
                session.client(),
                session.id().equals(viewer),
                standing == Standing.ENDED || standing == Standing.EXPIRED,
                standing.name().toLowerCase(Locale.ROOT),
                style(standing),
                reason(session, standing),
                device,
                session.userAgent() == null ? "" : session.userAgent(),
                session.startedFrom(),
                key(session),
                shown(seen.key()),
                TIME.format(session.startedAt()),
                ago(seen.lastUsedAt(), now),
                TIME.format(
                        session.expiresAt().isBefore(session.idleExpiresAt())
                                ? session.expiresAt()
                                : session.idleExpiresAt()),
                session.signals(),
                List.copyOf(within));
    }

    private static String style(Standing standing) {
        return switch (standing) {
            case ACTIVE -> "good";
            case SUSPENDED -> "bad";
            case ENDED, EXPIRED -> "";
        };
    }

    private static @Nullable String reason(Session session, Standing standing) {
        return standing == Standing.EXPIRED ? "Not used for too long, or its time is over" : session.stateReason();
    }

    /** By its word: a new kind of key has its own words or its name. */
    private static String key(Session session) {
        var kind = session.binding().kind();
        return switch (kind) {
            case "none" -> "No key: its token or cookie alone";
            case "dpop" -> "A key of the application (DPoP)";
            case "mtls" -> "A client certificate (mTLS)";
            case "dbsc" -> "A key of the browser (DBSC)";
            default -> kind;
        };
    }

    private static @Nullable String shown(@Nullable String thumbprint) {
        if (thumbprint == null) {
            return null;
        }
        var shown = thumbprint.substring(0, Math.min(SHOWN_OF_THUMBPRINT, thumbprint.length()));
        return String.join(" ", shown.split("(?<=\\G.{4})"));
    }

    private static String ago(Instant then, Instant now) {
        var time = Duration.between(then, now);
        if (time.toMinutes() < 5) {
            return "within the last 5 minutes"; // it is known to within a twentieth of the idle time
        }
        if (time.toHours() < 2) {
            return time.toMinutes() + " minutes ago";
        }
        return time.toDays() < 2 ? time.toHours() + " hours ago" : TIME.format(then);
    }
}
