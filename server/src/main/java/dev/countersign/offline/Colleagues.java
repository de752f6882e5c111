package dev.countersign.offline;

import dev.countersign.session.Person;
import java.util.Set;

/** Who may confirm a key of whom. */
public interface Colleagues {
    /** True when someone whom the identity provider vouched to be in {@code names} is in {@code group}, however deep. */
    boolean isIn(Set<String> names, String group);

    /** The one name of the human being who is known as {@code name}. */
    Person one(Person name);
}
