package dev.countersign.transaction;

import dev.countersign.display.Details;

/** What the page of one permitted transaction shows. */
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
        boolean unresolved,
        String evidenceIndex,
        String hash) {}
