package dev.countersign.lab.demo;

import java.util.List;
import java.util.Map;

/** Who can log in to the demo, with the groups that the identity provider vouches for. */
public enum Cast {
    ALICE("alice", false),
    /** Alice's second account; that it is hers stands in the bank's {@code entities.json}. */
    ALICE_ADMIN("alice-admin", true),
    BOB("bob", true),
    CAROL("carol", true),
    MALLORY("mallory", false);

    private final String username;
    private final boolean treasury;

    Cast(String username, boolean treasury) {
        this.username = username;
        this.treasury = treasury;
    }

    /** The {@code sub}. */
    public String username() {
        return username;
    }

    /** Claims beside it. */
    public Map<String, Object> claims() {
        return Map.of("groups", treasury ? List.of("treasury") : List.of());
    }
}
