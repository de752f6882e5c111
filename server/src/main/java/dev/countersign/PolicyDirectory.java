package dev.countersign;

import dev.countersign.policy.Entities;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.StringValue;
import dev.countersign.session.People;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import dev.countersign.transaction.Groups;
import java.util.Set;
import java.util.function.Supplier;

/**
 * People and groups as the policy folder's {@code entities.json} and the stored entities tell of them: an account with a {@code person}
 * attribute is that person's; a group's parents are groups that its members are in too.
 */
final class PolicyDirectory implements People, Groups {
    private static final String GROUP = "Group";

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

    @Override
    public boolean isIn(Set<String> names, String group) {
        var all = entities.get();
        var asked = new EntityUid(GROUP, group);
        return names.stream().anyMatch(name -> all.isIn(new EntityUid(GROUP, name), asked));
    }
}
