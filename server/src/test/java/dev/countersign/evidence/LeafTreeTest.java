package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class LeafTreeTest {
    @Property(tries = 100)
    void everyLeafIsProvenInItsPlaceAndInNoOther(@ForAll @IntRange(min = 1, max = 40) int size) {
        var leaves = new ArrayList<byte[]>();
        for (var i = 0; i < size; i++) {
            leaves.add(new byte[] {(byte) i});
        }
        var tree = new LeafTree(leaves);
        for (var i = 0; i < size; i++) {
            assertThat(Proofs.isIncluded(tree.leafHash(i), i, size, tree.root(), tree.path(i)))
                    .isTrue();
            var other = (i + 1) % size;
            assertThat(Proofs.isIncluded(tree.leafHash(i), other, size, tree.root(), tree.path(other)))
                    .isEqualTo(size == 1);
        }
    }
}
