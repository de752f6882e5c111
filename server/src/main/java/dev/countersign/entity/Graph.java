package dev.countersign.entity;

import dev.countersign.policy.Entity;
import dev.countersign.policy.EntitySource;
import dev.countersign.policy.EntityUid;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All stored entities at one version. An entity is of one source. Immutable. */
final class Graph implements EntitySource {
    static final Graph EMPTY = new Graph(0, new TreeMap<>());

    private final long version;
    private final SortedMap<String, SourceEntities> sources;
    private final SourceEntities[] parts;

    private Graph(long version, SortedMap<String, SourceEntities> sources) {
        this.version = version;
        this.sources = Collections.unmodifiableSortedMap(sources);
        this.parts = sources.values().toArray(SourceEntities[]::new);
    }

    static Graph of(long version, Map<String, SourceEntities> sources) {
        return new Graph(version, new TreeMap<>(sources));
    }

    /** Raised by each change. */
    long version() {
        return version;
    }

    /** By name. */
    SortedMap<String, SourceEntities> sources() {
        return sources;
    }

    boolean isEmpty() {
        return parts.length == 0;
    }

    long size() {
        var size = 0L;
        for (var part : parts) {
            size += part.size();
        }
        return size;
    }

    long heapBytes() {
        var bytes = 0L;
        for (var part : parts) {
            bytes += part.heapBytes();
        }
        return bytes;
    }

    @Override
    public @Nullable Entity get(EntityUid uid) {
        for (var part : parts) {
            var entity = part.get(uid);
            if (entity != null) {
                return entity;
            }
        }
        return null;
    }

    @Override
    public Set<EntityUid> parentsOf(EntityUid uid) {
        for (var part : parts) {
            if (part.contains(uid)) {
                return part.parentsOf(uid);
            }
        }
        return Set.of();
    }

    @Override
    public void forEach(Consumer<Entity> action) {
        for (var part : parts) {
            part.forEach(action);
        }
    }

    boolean contains(EntityUid uid) {
        for (var part : parts) {
            if (part.contains(uid)) {
                return true;
            }
        }
        return false;
    }

    /** The name of the source that has {@code uid}. */
    Optional<String> sourceOf(EntityUid uid) {
        return sources.entrySet().stream()
                .filter(source -> source.getValue().contains(uid))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** One entity that is directly in {@code group}, or null. Looks at every entity. */
    @Nullable
    EntityUid anyMember(EntityUid group) {
        for (var part : parts) {
            var member = part.anyMember(group);
            if (member != null) {
                return member;
            }
        }
        return null;
    }

    /** The next version, with {@code source} replaced. */
    Graph with(String source, SourceEntities entities) {
        var changed = new TreeMap<>(sources);
        changed.put(source, entities);
        return new Graph(version + 1, changed);
    }

    /** The next version, with nothing but this. */
    Graph only(String source, SourceEntities entities) {
        return of(version + 1, Map.of(source, entities));
    }
}
