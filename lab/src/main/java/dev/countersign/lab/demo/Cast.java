package dev.countersign.lab.demo;

import java.util.List;
import java.util.Map;

/** Who can log in to the demo, with the groups that the identity provider vouches for. */
public enum Cast {
    ALICE("alice", List.of()),
    BOB("bob", List.of("treasury")),
    CAROL("carol", List.of("treasury")),
    MALLORY("mallory", List.of());

    private final String username;
    private final List<String> groups;

    Cast(String username, List<String> groups) {
        this.username = username;
        this.groups = groups;
    }

    /** The {@code sub}. */
    public String username() {
        return username;
    }

    /** Claims beside it. */
    public Map<String, Object> claims() {
        return Map.of("groups", groups);
    }
}
