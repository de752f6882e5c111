package dev.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one policy set has that another has not, for people who judge a change.
 *
 * @param added ids of policies that are new
 * @param removed ids of policies that are gone
 * @param changed ids of policies whose text differs; one that only moved to another file has not changed
 * @param files other files that differ, are new or are gone: schema and entities
 */
public record PolicyChanges(List<String> added, List<String> removed, List<String> changed, List<String> files) {
    public PolicyChanges {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        changed = List.copyOf(changed);
        files = List.copyOf(files);
    }

    /** From {@code before} to {@code now}; each is given with the files that it was loaded from. */
    public static PolicyChanges between(PolicySource before, PolicySet setBefore, PolicySource now, PolicySet setNow) {
        var old = texts(before, setBefore);
        var fresh = texts(now, setNow);
        var added = new ArrayList<String>();
        var changed = new ArrayList<String>();
        fresh.forEach((id, text) -> {
            if (!old.containsKey(id)) {
                added.add(id);
            } else if (!text.equals(old.get(id))) {
                changed.add(id);
            }
        });
        var removed = old.keySet().stream().filter(id -> !fresh.containsKey(id)).toList();
        return new PolicyChanges(added, removed, changed, otherFiles(before, now));
    }

    /** Policy id to the policy's own text. A set's policies stand in the order of their files and statements. */
    private static Map<String, String> texts(PolicySource source, PolicySet set) {
        var statements = new ArrayList<PolicyText>();
        source.files().forEach((name, text) -> {
            if (PolicySource.isPolicy(name)) {
                var file = new SourceText(name, text);
                for (var next = PolicyText.next(file, null); next != null; next = PolicyText.next(file, next)) {
                    statements.add(next);
                }
            }
        });
        var policies = set.policies();
        if (statements.size() != policies.size()) {
            throw new IllegalArgumentException("The set was not loaded from these files");
        }
        var texts = new TreeMap<String, String>();
        for (var i = 0; i < policies.size(); i++) {
            texts.put(policies.get(i).id(), statements.get(i).text());
        }
        return texts;
    }

    private static List<String> otherFiles(PolicySource before, PolicySource now) {
        var names = new TreeSet<>(before.files().keySet());
        names.addAll(now.files().keySet());
        return names.stream()
                .filter(name -> !PolicySource.isPolicy(name))
                .filter(name ->
                        !Objects.equals(before.files().get(name), now.files().get(name)))
                .toList();
    }
}
