package dev.countersign.notification;

import dev.countersign.transaction.AccessRequest;
import java.net.URI;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * What people are told: who asks for what kind of thing, until when, and where to look. No details: mail and push services are
 * others'. And nothing that approves.
 */
record Wording(String title, String text, URI link) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    static Wording of(Notice notice, AccessRequest request, URI issuer) {
        var link = URI.create(issuer + "/approvals/" + request.id());
        var what = request.type();
        if (notice.isToApprove()) {
            return new Wording(
                    what + " waits for your signature",
                    request.person().id() + " asks, until " + TIME.format(request.expiresAt()) + ".",
                    link);
        }
        return switch (notice.kind()) {
            case "signed" -> new Wording("Your " + what + " was signed", "Somebody has approved it.", link);
            case "denied" -> new Wording("Your " + what + " was denied", "It will not be executed.", link);
            case "expired" -> new Wording("Your " + what + " has expired", "Not enough people signed in time.", link);
            default -> new Wording("Your " + what + " was cancelled", "The page says why.", link);
        };
    }
}
