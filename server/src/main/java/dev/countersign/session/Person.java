package dev.countersign.session;

/** A human being, however many accounts, devices and agents act for them. Separation of duties is over people. */
public record Person(String id) {
    public Person {
        if (id.isEmpty() || id.length() > 255) {
            throw new IllegalArgumentException("A person's id has 1 to 255 characters");
        }
    }
}
