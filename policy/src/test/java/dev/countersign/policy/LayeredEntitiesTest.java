package dev.countersign.policy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Entities of the policy folder over stored ones: one graph, the folder's attributes first. */
final class LayeredEntitiesTest {
    private static final EntityUid ALICE = new EntityUid("User", "alice");
    private static final EntityUid EUROPE = new EntityUid("Group", "treasury-europe");
    private static final EntityUid TREASURY = new EntityUid("Group", "treasury");

    @Test
    void aStrongerAttributeWinsAndGroupsAddUp() {
        var above = Entities.of(List.of(new Entity(
                ALICE,
                RecordValue.builder().put("level", 9).build(),
                Set.of(TREASURY),
                RecordValue.builder().put("tag", "folder").build())));
        var below = packed(new Entity(
                ALICE,
                RecordValue.builder().put("level", 1).put("city", "Bonn").build(),
                Set.of(EUROPE),
                RecordValue.builder().put("tag", "stored").put("more", 1).build()));
        var alice = requireNonNull(above.over(below).get(ALICE));
        assertThat(alice.attributes())
                .isEqualTo(RecordValue.builder()
                        .put("level", 9)
                        .put("city", "Bonn")
                        .build());
        assertThat(alice.tags())
                .isEqualTo(RecordValue.builder()
                        .put("tag", "folder")
                        .put("more", 1)
                        .build());
        assertThat(alice.parents()).containsExactlyInAnyOrder(TREASURY, EUROPE);
    }

    @Test
    void membershipGoesThroughBothLayersUpAndDown() {
        var above = Entities.of(List.of(Entity.of(EUROPE, Set.of(TREASURY))));
        var board = new EntityUid("Group", "board");
        var all = above.over(packed(
                Entity.of(ALICE, Set.of(EUROPE)), Entity.of(TREASURY, Set.of(board)), Entity.of(board, Set.of())));
        assertThat(all.ancestorsOf(ALICE)).containsExactlyInAnyOrder(EUROPE, TREASURY, board);
        assertThat(all.isIn(EUROPE, board)).isTrue();
        assertThat(all.isIn(board, EUROPE)).isFalse();
        assertThat(all.get(new EntityUid("User", "nobody"))).isNull();
        assertThat(all.ancestorsOf(new EntityUid("User", "nobody"))).isEmpty();
    }

    @Test
    void membersOfOneGroupShareItsClosure() {
        var bob = new EntityUid("User", "bob");
        var all = Entities.EMPTY.over(packed(
                Entity.of(ALICE, Set.of(EUROPE)), Entity.of(bob, Set.of(EUROPE)), Entity.of(EUROPE, Set.of(TREASURY))));
        assertThat(all.ancestorsOf(ALICE)).isSameAs(all.ancestorsOf(bob));
    }

    /** In whichever layer each entity is, the closure is that of one layer with all of them. */
    @Property(tries = 300)
    void layersDoNotChangeMembership(@ForAll("edges") Set<List<Integer>> edges, @ForAll long split) {
        var above = new ArrayList<Entity>();
        var below = PackedEntities.builder();
        var together = new ArrayList<Entity>();
        for (var child = 0; child < 12; child++) {
            var parents = new HashSet<EntityUid>();
            for (var edge : edges) {
                if (edge.getFirst() == child) {
                    parents.add(group(edge.getLast()));
                }
            }
            var entity = Entity.of(group(child), parents);
            together.add(entity);
            if ((split >> child & 1) == 0) {
                above.add(entity);
            } else {
                below.add(entity);
            }
        }
        var layered = Entities.of(above).over(below.build());
        var flat = Entities.of(together);
        for (var child = 0; child < 12; child++) {
            assertThat(layered.ancestorsOf(group(child))).isEqualTo(flat.ancestorsOf(group(child)));
            var overlaid = layered.with(List.of(Entity.of(ALICE, Set.of(group(child)))));
            assertThat(overlaid.ancestorsOf(ALICE))
                    .isEqualTo(flat.with(List.of(Entity.of(ALICE, Set.of(group(child)))))
                            .ancestorsOf(ALICE));
        }
    }

    /** Upwards only, so without cycles. */
    @Provide
    Arbitrary<Set<List<Integer>>> edges() {
        return Arbitraries.integers()
                .between(0, 10)
                .flatMap(child -> Arbitraries.integers().between(child + 1, 11).map(parent -> List.of(child, parent)))
                .set()
                .ofMaxSize(20);
    }

    private static EntityUid group(int number) {
        return new EntityUid("Group", "g" + number);
    }

    private static PackedEntities packed(Entity... entities) {
        var builder = PackedEntities.builder();
        for (var entity : entities) {
            builder.add(entity);
        }
        return builder.build();
    }
}
