package dev.countersign.session;

/** A human being, however many accounts, devices and agents act for them. Separation of duties is over people. */
public record Person(String id) {
    /** Longest id, characters. */
    public static final int MAX_ID = 255;

    public Person {
        if (!isId(id)) {
            throw new IllegalArgumentException("A person's id has 1 to " + MAX_ID + " characters");
        }
    }

    /** Whether a person can have this id. */
    public static boolean isId(String id) {
        return !id.isEmpty() && id.length() <= MAX_ID;
    }
}
