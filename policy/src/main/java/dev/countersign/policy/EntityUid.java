package dev.countersign.policy;

import static java.util.Objects.requireNonNull;

/** Names an entity: {@code User::"alice"}. A class, not a record, because its hash is asked for all the time. */
public final class EntityUid implements Value {
    private final String type;
    private final String id;
    private final int hash;

    public EntityUid(String type, String id) {
        this.type = requireNonNull(type);
        this.id = requireNonNull(id);
        this.hash = 31 * type.hashCode() + id.hashCode();
    }

    /** The entity type, with its namespace: {@code App::User}. */
    public String type() {
        return type;
    }

    public String id() {
        return id;
    }

    @Override
    public String typeName() {
        return "entity";
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof EntityUid that
                        && hash == that.hash
                        && id.equals(that.id)
                        && type.equals(that.type));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return type + "::\"" + id.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
