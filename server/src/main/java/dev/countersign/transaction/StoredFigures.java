package dev.countersign.transaction;

import dev.countersign.session.Person;
import dev.countersign.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link PromptFigures} over requests, approvals and sessions, counted when somebody looks. A request waited for whoever is of a
 * group that it asked, as the newest of their sessions within the longest window says.
 */
final class StoredFigures implements PromptFigures {
    /** Requests that are counted; of more, the newest. */
    static final int MAX_REQUESTS = 20_000;

    private static final Comparator<Figures> MOST_ASKED =
            Comparator.comparingInt(Figures::received).reversed().thenComparing(Figures::who);

    private final Database database;
    private final Groups groups;
    private final InstantSource clock;

    StoredFigures(Database database, Groups groups, InstantSource clock) {
        this.database = database;
        this.groups = groups;
        this.clock = clock;
    }

    @Override
    public List<Report> over(List<Duration> windows) {
        var now = clock.instant();
        var since = now.minus(windows.getFirst());
        return database.read(handle -> {
            var requests = PromptedStore.since(handle, since, now, groups, MAX_REQUESTS + 1);
            var members = PromptedStore.members(handle, since, groups);
            var counted = requests.subList(0, Math.min(requests.size(), MAX_REQUESTS));
            var all = requests.size() <= MAX_REQUESTS;
            return windows.stream()
                    .map(window -> report(window, now, counted, all, members))
                    .toList();
        });
    }

    private Report report(
            Duration window, Instant now, List<Prompted> requests, boolean all, Map<Person, Set<String>> members) {
        var since = now.minus(window);
        var approvers = new HashMap<String, PromptCount>();
        var asked = new HashMap<String, PromptCount>();
        var inGroup = new HashMap<String, Set<Person>>();
        for (var request : requests) {
            if (!request.createdAt().isAfter(since)) {
                break; // newest first
            }
            var names = asked(request);
            var people = new HashSet<Person>();
            names.forEach(name -> people.addAll(inGroup.computeIfAbsent(name, group -> membersOf(group, members))));
            people.addAll(request.signed().keySet()); // who has left the group since
            if (request.deniedBy() != null) {
                people.add(request.deniedBy());
            }
            people.remove(request.requester());
            people.forEach(person -> approvers
                    .computeIfAbsent(person.id(), PromptCount::new)
                    .count(request, person.equals(request.deniedBy()), taken(request, request.answeredBy(person))));
            var first = first(request, people);
            names.forEach(name -> asked.computeIfAbsent(name, PromptCount::new)
                    .count(
                            request,
                            request.deniedBy() != null && people.contains(request.deniedBy()),
                            taken(request, first)));
        }
        var whole = all || requests.getLast().createdAt().isBefore(since);
        return new Report(window, whole, figures(approvers), figures(asked));
    }

    /** Those of an escalation once it had come to that. */
    private static Set<String> asked(Prompted request) {
        var names = new HashSet<String>();
        for (var need : request.needs()) {
            names.add(need.group());
            var escalation = need.escalation();
            if (escalation != null
                    && !request.createdAt().plus(escalation.after()).isAfter(request.endedAt())) {
                names.add(escalation.group());
            }
        }
        return names;
    }

    private Set<Person> membersOf(String group, Map<Person, Set<String>> members) {
        var people = new HashSet<Person>();
        members.forEach((person, names) -> {
            if (groups.isIn(names, group)) {
                people.add(person);
            }
        });
        return people;
    }

    private static @Nullable Instant first(Prompted request, Set<Person> people) {
        return people.stream()
                .map(request::answeredBy)
                .filter(at -> at != null)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private static @Nullable Duration taken(Prompted request, @Nullable Instant answeredAt) {
        return answeredAt == null ? null : Duration.between(request.createdAt(), answeredAt);
    }

    private static List<Figures> figures(Map<String, PromptCount> counts) {
        return counts.values().stream()
                .map(PromptCount::figures)
                .sorted(MOST_ASKED)
                .toList();
    }
}
