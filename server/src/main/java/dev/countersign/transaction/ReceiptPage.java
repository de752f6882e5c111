package dev.countersign.transaction;

import dev.countersign.display.Details;
import java.util.List;

/**
 * What the page of one permitted transaction shows.
 *
 * @param history every word on its outcome, oldest first
 */
public record ReceiptPage(
        String id,
        String title,
        String action,
        String resource,
        Details details,
        String requester,
        String enforcementPoint,
        String permittedAt,
        String outcome,
        List<String> history,
        boolean unresolved,
        String evidenceIndex,
        String hash) {}
