package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.ScopeIndex.Few;
import dev.countersign.policy.ScopeIndex.Leaf;
import dev.countersign.policy.ScopeIndex.Shelf;
import java.util.HashMap;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ShelfTableTest {
    @Property(tries = 500)
    void findsWhatAMapFinds(@ForAll("names") List<EntityUid> filed, @ForAll("names") List<EntityUid> asked) {
        var map = new HashMap<EntityUid, Shelf>();
        filed.forEach(name -> map.put(name, shelf()));

        var table = new ShelfTable(map);

        assertThat(table.isEmpty()).isEqualTo(map.isEmpty());
        assertThat(filed).allSatisfy(name -> assertThat(table.get(name)).isSameAs(map.get(name)));
        assertThat(asked).allSatisfy(name -> assertThat(table.get(name)).isSameAs(map.get(name)));
    }

    /** Few letters, so that names begin and end alike; with the line break that ends a key, and letters beyond Latin-1. */
    @Provide
    Arbitrary<List<EntityUid>> names() {
        var types = Arbitraries.of("A", "AA", "B::A", "A::B");
        var ids = Arbitraries.strings().withChars('a', 'A', ':', '\n', 'ü', '漢').ofMaxLength(4);
        return Combinators.combine(types, ids).as(EntityUid::new).list().ofMaxSize(60);
    }

    /** "Aa" and "BB" have the same hash. */
    @Test
    void namesOfOneHashStayApart() {
        var first = shelf();
        var second = shelf();
        var map = new HashMap<EntityUid, Shelf>();
        map.put(new EntityUid("User", "Aa"), first);
        map.put(new EntityUid("User", "BB"), second);

        var table = new ShelfTable(map);

        assertThat(table.get(new EntityUid("User", "Aa"))).isSameAs(first);
        assertThat(table.get(new EntityUid("User", "BB"))).isSameAs(second);
        assertThat(table.get(new EntityUid("User", "C#"))).isNull();
    }

    private static Shelf shelf() {
        return new Few(new Leaf[0]);
    }
}
