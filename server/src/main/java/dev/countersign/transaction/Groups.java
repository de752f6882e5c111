package dev.countersign.transaction;

import java.util.Set;

/** Knows the groups of people, nested ones too. */
public interface Groups {
    /** True when someone whom the identity provider vouched to be in {@code names} is in {@code group}, however deep. */
    boolean isIn(Set<String> names, String group);
}
