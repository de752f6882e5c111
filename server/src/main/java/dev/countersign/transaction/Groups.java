package dev.countersign.transaction;

import dev.countersign.session.Person;
import java.util.Set;

/** Knows the groups of people, nested ones too, and which names are one person's. */
public interface Groups {
    /** True when someone whom the identity provider vouched to be in {@code names} is in {@code group}, however deep. */
    boolean isIn(Set<String> names, String group);

    /**
     * The one name of the human being who is known as {@code name}. What was signed is kept under the name of its time; who that is is
     * asked whenever it counts, so an alias that is declared afterwards makes two signatures one.
     */
    default Person one(Person name) {
        return name;
    }
}
