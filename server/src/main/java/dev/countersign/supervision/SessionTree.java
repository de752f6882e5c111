package dev.countersign.supervision;

import dev.countersign.session.SessionId;
import dev.countersign.session.SessionSearch.Seen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sessions as the tree in which they end: an application's within its browser's.
 *
 * @param browserClient the client of browsers' own sessions
 */
record SessionTree(String browserClient) {
    /** How deep it is drawn; what is deeper stands beside the last. */
    static final int MAX_DEPTH = 4;

    /** The roots, the viewer's own first; a session whose parent is not among {@code all} is one. */
    List<SessionView> of(List<Seen> all, SessionId viewer, Instant now) {
        var children = new LinkedHashMap<SessionId, List<Seen>>();
        var known = new HashSet<SessionId>();
        all.forEach(seen -> known.add(seen.session().id()));
        var roots = new ArrayList<Seen>();
        for (var seen : all) {
            var parent = seen.session().parent();
            if (parent == null || !known.contains(parent)) {
                roots.add(seen);
            } else {
                children.computeIfAbsent(parent, key -> new ArrayList<>()).add(seen);
            }
        }
        return roots.stream()
                .map(root -> view(root, children, viewer, now, 1))
                .sorted((a, b) -> Boolean.compare(b.current(), a.current()))
                .toList();
    }

    private SessionView view(Seen seen, Map<SessionId, List<Seen>> children, SessionId viewer, Instant now, int depth) {
        var below = children.getOrDefault(seen.session().id(), List.of());
        var within = depth < MAX_DEPTH
                ? below.stream()
                        .map(child -> view(child, children, viewer, now, depth + 1))
                        .toList()
                : flat(below, children, viewer, now, new HashSet<>());
        return SessionView.of(seen, within, viewer, browserClient, now);
    }

    private List<SessionView> flat(
            List<Seen> below, Map<SessionId, List<Seen>> children, SessionId viewer, Instant now, Set<SessionId> met) {
        var flat = new ArrayList<SessionView>();
        for (var seen : below) {
            if (met.add(seen.session().id())) {
                flat.add(SessionView.of(seen, List.of(), viewer, browserClient, now));
                flat.addAll(flat(children.getOrDefault(seen.session().id(), List.of()), children, viewer, now, met));
            }
        }
        return flat;
    }
}
