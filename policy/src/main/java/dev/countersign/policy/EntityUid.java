package dev.countersign.policy;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/** Names an entity: {@code User::"alice"}. A class, not a record, because its hash is asked for all the time. */
public final class EntityUid implements Value {
    private static final Pattern TYPE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*");

    private final String type;
    private final String id;
    private final int hash;

    public EntityUid(String type, String id) {
        this.type = requireNonNull(type);
        this.id = requireNonNull(id);
        this.hash = 31 * type.hashCode() + id.hashCode();
    }

    /** Reads {@code User::"alice"}, with Cedar's escapes in the id. Throws {@link IllegalArgumentException}. */
    public static EntityUid parse(String text) {
        var quote = text.indexOf("::\"");
        if (quote < 0
                || !text.endsWith("\"")
                || text.length() < quote + 4
                || !TYPE.matcher(text.substring(0, quote)).matches()) {
            throw new IllegalArgumentException("expected an entity like User::\"alice\"");
        }
        return new EntityUid(text.substring(0, quote), StringLiteral.content(text.substring(quote + 2)));
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
        return type + "::" + StringLiteral.of(id);
    }
}
