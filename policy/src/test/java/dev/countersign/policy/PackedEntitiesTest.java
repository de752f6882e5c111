package dev.countersign.policy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A packed entity is the entity that was put in. */
final class PackedEntitiesTest {
    @Property(tries = 500)
    void everyEntityComesOutAsItWentIn(@ForAll("entities") List<Entity> entities) {
        var builder = PackedEntities.builder();
        var expected = new HashMap<EntityUid, Entity>();
        for (var entity : entities) {
            assertThat(builder.add(entity)).isEqualTo(expected.putIfAbsent(entity.uid(), entity) == null);
            assertThat(builder.contains(entity.uid())).isTrue();
        }
        var packed = builder.build();
        assertThat(packed.size()).isEqualTo(expected.size());
        expected.forEach((uid, entity) -> {
            assertThat(packed.get(uid)).isEqualTo(entity);
            assertThat(packed.parentsOf(uid)).isEqualTo(entity.parents());
            entity.parents().forEach(parent -> {
                assertThat(packed.contains(parent)).isEqualTo(expected.containsKey(parent));
                var members = new ArrayList<EntityUid>();
                packed.forEachMember(parent, members::add);
                assertThat(members).contains(uid).doesNotHaveDuplicates();
            });
        });
        var all = new HashMap<EntityUid, Entity>();
        packed.forEach(entity -> all.put(entity.uid(), entity));
        assertThat(all).isEqualTo(expected);
    }

    @Test
    void manyEntitiesWithManyNamesAreFoundAndTakeLittleMemory() {
        var builder = PackedEntities.builder();
        var count = 100_000;
        for (var i = 0; i < count; i++) {
            builder.add(user(i));
        }
        var packed = builder.build();
        assertThat(packed.get(new EntityUid("User", "user-77777"))).isEqualTo(user(77_777));
        assertThat(packed.get(new EntityUid("User", "user-" + count))).isNull();
        assertThat(packed.get(new EntityUid("Group", "group-7"))).isNull(); // named as a parent only
        assertThat(packed.heapBytes() / count).isLessThan(150);
    }

    @Test
    void moreWordsThanAreKeptAreWrittenOut() {
        var builder = PackedEntities.builder();
        for (var i = 0; i < PackedWords.MAX_WORDS + 100; i++) {
            var tags = RecordValue.builder().put("tag-" + i, i).build();
            builder.add(new Entity(new EntityUid("Type" + i, "x"), RecordValue.EMPTY, Set.of(), tags));
        }
        var packed = builder.build();
        for (var i = 0; i < PackedWords.MAX_WORDS + 100; i++) {
            var entity = requireNonNull(packed.get(new EntityUid("Type" + i, "x")));
            assertThat(entity.tags().get("tag-" + i)).isEqualTo(new LongValue(i));
        }
    }

    private static Entity user(int i) {
        return new Entity(
                new EntityUid("User", "user-" + i),
                RecordValue.builder()
                        .put("name", "user-" + i)
                        .put("person", "user-" + i)
                        .put("clearance", i % 5)
                        .build(),
                Set.of(new EntityUid("Group", "group-" + i % 1_000)),
                RecordValue.EMPTY);
    }

    @Provide
    Arbitrary<List<Entity>> entities() {
        return Combinators.combine(uids(), records(values(2)), uids().set().ofMaxSize(4), records(values(1)))
                .as(Entity::new)
                .list()
                .ofMaxSize(20);
    }

    private static Arbitrary<EntityUid> uids() {
        return Combinators.combine(
                        Arbitraries.of("User", "Group", "App::Folder"),
                        Arbitraries.strings()
                                .ofMaxLength(2)
                                .filter(text -> text.codePoints()
                                        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)))
                .as(EntityUid::new);
    }

    private static Arbitrary<RecordValue> records(Arbitrary<Value> values) {
        return Arbitraries.maps(Arbitraries.of("a", "b", "c", "name with spaces", ""), values)
                .ofMaxSize(4)
                .map(members -> RecordValue.of(Map.copyOf(members)));
    }

    private static Arbitrary<Value> values(int depth) {
        var simple = Arbitraries.oneOf(
                Arbitraries.of(true, false).map(Bool::of),
                Arbitraries.longs().map(LongValue::new),
                Arbitraries.of("", "x", "Grüße \uD83D\uDE00", "\u0000").map(StringValue::new),
                Arbitraries.longs().map(DecimalValue::new),
                Arbitraries.longs().map(DurationValue::new),
                Arbitraries.longs()
                        .between(-62_135_596_800_000L, 253_402_300_799_999L)
                        .map(DatetimeValue::new),
                Arbitraries.of("127.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32")
                        .map(IpValue::parse),
                uids().map(uid -> (Value) uid));
        if (depth == 0) {
            return simple;
        }
        return Arbitraries.oneOf(
                simple, values(depth - 1).set().ofMaxSize(3).map(SetValue::of), records(values(depth - 1)));
    }
}
