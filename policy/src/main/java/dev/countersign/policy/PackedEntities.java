package dev.countersign.policy;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Many entities in little memory: each one is bytes, and becomes an object when it is asked for. A million small ones take
 * about 100 bytes each, in few arrays that a garbage collector need not look into. Immutable and thread-safe.
 */
public final class PackedEntities implements EntitySource {
    private static final int ABSENT = -1;

    private final PackedWords words;
    private final BytePages pages;
    private final PackedNames names;
    private final int[] records;
    private final int size;

    private PackedEntities(Builder builder) {
        this.words = builder.words;
        this.pages = builder.pages;
        this.names = builder.names;
        this.names.trim();
        this.records = Arrays.copyOf(builder.records, names.size());
        Arrays.fill(records, Math.min(builder.records.length, records.length), records.length, ABSENT);
        this.size = builder.size;
    }

    /** Starts an empty collection. */
    public static Builder builder() {
        return new Builder();
    }

    /** How many entities. */
    public int size() {
        return size;
    }

    /** Bytes of heap that they take. */
    public long heapBytes() {
        return pages.heapBytes() + names.heapBytes() + 4L * records.length;
    }

    @Override
    public @Nullable Entity get(EntityUid uid) {
        var number = names.find(uid);
        return number < 0 || records[number] == ABSENT ? null : entity(uid, number);
    }

    @Override
    public Set<EntityUid> parentsOf(EntityUid uid) {
        var number = names.find(uid);
        return number < 0 || records[number] == ABSENT ? Set.of() : parents(reader(records[number]));
    }

    /** True when it is one of these. */
    public boolean contains(EntityUid uid) {
        var number = names.find(uid);
        return number >= 0 && records[number] != ABSENT;
    }

    /** In the order in which each name first came up. */
    @Override
    public void forEach(Consumer<Entity> action) {
        for (var number = 0; number < records.length; number++) {
            if (records[number] != ABSENT) {
                action.accept(entity(names.name(number), number));
            }
        }
    }

    /** Where {@code uid} stands in the order in which entities were added, from 0, or -1. Looks at every entity. */
    public int position(EntityUid uid) {
        var number = names.find(uid);
        if (number < 0 || records[number] == ABSENT) {
            return -1;
        }
        var before = 0;
        for (var address : records) { // bytes are appended as entities are added
            if (address != ABSENT && address < records[number]) {
                before++;
            }
        }
        return before;
    }

    /** The names of all entities that are directly in {@code group}. Looks at every entity. */
    public void forEachMember(EntityUid group, Consumer<EntityUid> action) {
        var wanted = names.find(group);
        if (wanted < 0) {
            return;
        }
        for (var number = 0; number < records.length; number++) {
            if (records[number] != ABSENT && isIn(reader(records[number]), wanted)) {
                action.accept(names.name(number));
            }
        }
    }

    private static boolean isIn(PackedReader reader, int group) {
        for (var left = reader.count(); left > 0; left--) {
            if (reader.count() == group) {
                return true;
            }
        }
        return false;
    }

    private Entity entity(EntityUid uid, int number) {
        var reader = reader(records[number]);
        var parents = parents(reader);
        var attributes = reader.record();
        return new Entity(uid, attributes, parents, reader.record());
    }

    private Set<EntityUid> parents(PackedReader reader) {
        var count = reader.count();
        if (count == 0) {
            return Set.of();
        }
        if (count == 1) {
            return Set.of(names.name(reader.count()));
        }
        var parents = LinkedHashSet.<EntityUid>newLinkedHashSet(count);
        for (var i = 0; i < count; i++) {
            parents.add(names.name(reader.count()));
        }
        return parents;
    }

    private PackedReader reader(int address) {
        return new PackedReader(pages.page(address), BytePages.PageAddress.offset(address), words, names::name);
    }

    /** Takes entities one by one. For one thread; used once. */
    public static final class Builder {
        private final PackedWords words = new PackedWords();
        private final BytePages pages = new BytePages();
        private final PackedNames names = new PackedNames(words, pages);
        private final PackedWriter writer = new PackedWriter(words, names::intern);
        private int[] records = new int[1_024];
        private int size;

        private Builder() {
            Arrays.fill(records, ABSENT);
        }

        /** False, and nothing is added, when one of this name is there. */
        public boolean add(Entity entity) {
            var number = names.intern(entity.uid());
            if (number < records.length && records[number] != ABSENT) {
                return false;
            }
            writer.clear();
            writer.number(entity.parents().size());
            entity.parents().forEach(parent -> writer.number(names.intern(parent)));
            writer.record(entity.attributes());
            writer.record(entity.tags());
            room(number);
            records[number] = pages.append(writer.bytes(), writer.length());
            size++;
            return true;
        }

        /** True when one of this name was added. */
        public boolean contains(EntityUid uid) {
            var number = names.find(uid);
            return number >= 0 && number < records.length && records[number] != ABSENT;
        }

        public int size() {
            return size;
        }

        public PackedEntities build() {
            return new PackedEntities(this);
        }

        private void room(int number) {
            if (number >= records.length) {
                var before = records.length;
                records = Arrays.copyOf(records, Math.max(2 * before, number + 1));
                Arrays.fill(records, before, records.length, ABSENT);
            }
        }
    }
}
