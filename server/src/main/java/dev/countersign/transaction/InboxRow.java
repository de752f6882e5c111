package dev.countersign.transaction;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * A line of the inbox. Public for the template.
 *
 * @param request the newest of those that look the same
 * @param times how often the same is asked for at once
 */
public record InboxRow(RequestPage request, int times) {
    /** Requests that differ in nothing that an approver sees are one line: asking twice prompts once. */
    static List<InboxRow> merge(List<RequestPage> newestFirst) {
        var merged = new LinkedHashMap<List<Object>, InboxRow>();
        for (var request : newestFirst) {
            var seen = List.<Object>of(
                    request.title(),
                    request.requester(),
                    request.action(),
                    request.resource(),
                    request.details(),
                    request.enforcementPoint());
            merged.merge(
                    seen, new InboxRow(request, 1), (first, more) -> new InboxRow(first.request(), first.times() + 1));
        }
        return new ArrayList<>(merged.values());
    }
}
