package dev.countersign.transaction;

import java.util.List;

/** What the page of one permitted transaction shows. */
public record ReceiptPage(
        String title,
        String action,
        String resource,
        List<Line> details,
        String requester,
        String enforcementPoint,
        String permittedAt,
        String outcome,
        boolean unresolved,
        String evidenceIndex,
        String hash) {}
