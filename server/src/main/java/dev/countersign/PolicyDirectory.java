package dev.countersign;

import dev.countersign.policy.EntityUid;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.StringValue;
import dev.countersign.session.People;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import dev.countersign.transaction.Groups;
import java.util.Set;
import java.util.function.Supplier;

/**
 * People and groups as the policy folder's {@code entities.json} tells of them: an account with a {@code person}
 * attribute is that person's; a group's parents are groups that its members are in too.
 */
final class PolicyDirectory implements People, Groups {
    private static final String GROUP = "Group";

    private final Supplier<PolicySet> policies;

    PolicyDirectory(Supplier<PolicySet> policies) {
        this.policies = policies;
    }

    @Override
    public Person of(Principal principal) {
        var account = policies.get().entities().get(new EntityUid(principal.type(), principal.id()));
        if (account != null && account.attributes().get("person") instanceof StringValue person) {
            return new Person(person.value());
        }
        return new Person(principal.id());
    }

    @Override
    public boolean isIn(Set<String> names, String group) {
        var entities = policies.get().entities();
        var asked = new EntityUid(GROUP, group);
        return names.stream().anyMatch(name -> entities.isIn(new EntityUid(GROUP, name), asked));
    }
}
