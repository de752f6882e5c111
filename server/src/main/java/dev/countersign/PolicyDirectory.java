package dev.countersign;

import dev.countersign.offline.Colleagues;
import dev.countersign.policy.Entities;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.StringValue;
import dev.countersign.session.People;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import dev.countersign.transaction.Groups;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * People and groups as the policy folder's {@code entities.json} and the stored entities tell of them: an account with a {@code person}
 * attribute is that person's; a group's parents are groups that its members are in too.
 */
final class PolicyDirectory implements People, Groups, Colleagues {
    /** Most accounts that may lead to one person, one through the other. */
    static final int MAX_ALIASES = 100;

    private static final String GROUP = "Group";
    private static final String USER = "User";

    private final Supplier<Entities> entities;

    PolicyDirectory(Supplier<Entities> entities) {
        this.entities = entities;
    }

    @Override
    public Person of(Principal principal) {
        var account = entities.get().get(new EntityUid(principal.type(), principal.id()));
        if (account != null && account.attributes().get("person") instanceof StringValue person) {
            return new Person(person.value());
        }
        return new Person(principal.id());
    }

    /** Follows {@code person} from account to account. Those of a circle are one; it goes by its first name. */
    @Override
    public Person one(Person name) {
        var all = entities.get();
        var seen = new LinkedHashSet<String>();
        var current = name.id();
        while (seen.add(current)) {
            if (seen.size() > MAX_ALIASES) {
                throw new IllegalStateException("More than " + MAX_ALIASES + " accounts lead from one to the next");
            }
            var account = all.get(new EntityUid(USER, current));
            if (account == null || !(account.attributes().get("person") instanceof StringValue person)) {
                return new Person(current);
            }
            current = person.value();
        }
        var circle = seen.stream().toList();
        return new Person(Collections.min(circle.subList(circle.indexOf(current), circle.size())));
    }

    @Override
    public boolean isIn(Set<String> names, String group) {
        var all = entities.get();
        var asked = new EntityUid(GROUP, group);
        return names.stream().anyMatch(name -> all.isIn(new EntityUid(GROUP, name), asked));
    }
}
