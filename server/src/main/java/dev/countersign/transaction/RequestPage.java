package dev.countersign.transaction;

import dev.countersign.display.Details;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of one request shows. Everything about the transaction is drawn from its canonical bytes.
 *
 * @param display hash of the template, empty without one; {@code locale} in which it is shown
 * @param startedFrom where the session that asked began
 * @param signed who has signed, and when
 * @param waiting what is missing, a sentence each
 */
public record RequestPage(
        String id,
        String title,
        String status,
        String action,
        String resource,
        Details details,
        String requester,
        String startedFrom,
        String enforcementPoint,
        String createdAt,
        String expiresAt,
        List<String> signed,
        List<String> waiting,
        String hash,
        String display,
        String locale,
        @Nullable String reason,
        boolean maySign,
        boolean mayDeny,
        boolean isRequester,
        boolean mayWithdraw) {
    /** In one line: what it is, and the first thing that is said of it. */
    public String headline() {
        return details.lines().isEmpty()
                ? title
                : title + ": " + details.lines().getFirst().value();
    }
}
