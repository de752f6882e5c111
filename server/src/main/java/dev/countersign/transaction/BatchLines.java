package dev.countersign.transaction;

import dev.countersign.evidence.LeafTree;
import dev.countersign.http.Json;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The lines of a batch. In the signed bytes {@code {"count", "root"}} stands in their place: how many there are, and the root
 * of the Merkle tree (RFC 9162 §2.1, lower-case hex) whose leaves are the lines as JCS (RFC 8785) writes them.
 */
final class BatchLines {
    private final String member;
    private final List<byte[]> leaves;
    private final LeafTree tree;

    private BatchLines(String member, List<byte[]> leaves) {
        this.member = member;
        this.leaves = leaves;
        this.tree = new LeafTree(leaves);
    }

    /** Of details that are valid by their schema. */
    static BatchLines of(Batch batch, JsonNode details) {
        return of(batch.lines(), details.path(batch.lines()));
    }

    private static BatchLines of(String member, JsonNode array) {
        var leaves = new ArrayList<byte[]>();
        array.forEach(line -> leaves.add(CanonicalForm.of(line)));
        return new BatchLines(member, leaves);
    }

    /** As {@link #bytes} wrote them. */
    static BatchLines read(byte[] bytes) {
        var kept = Json.read(bytes).properties().iterator().next();
        return of(kept.getKey(), kept.getValue());
    }

    /** How they are kept: JCS of an object with the list as its one member. */
    byte[] bytes() {
        var kept = Json.MAPPER.createObjectNode();
        kept.set(member, array());
        return CanonicalForm.of(kept);
    }

    /** {@code details} as they are signed. */
    ObjectNode signed(JsonNode details) {
        var signed = (ObjectNode) details.deepCopy();
        signed.set(member, commitment());
        return signed;
    }

    /** {@code details} as they were asked for. Throws {@link IllegalStateException} when these are not the signed lines. */
    ObjectNode whole(JsonNode details) {
        if (!details.path(member).equals(commitment())) {
            throw new IllegalStateException("The stored lines are not those that were signed");
        }
        var whole = (ObjectNode) details.deepCopy();
        whole.set(member, array());
        return whole;
    }

    private ObjectNode commitment() {
        return Json.MAPPER
                .createObjectNode()
                .put("count", leaves.size())
                .put("root", HexFormat.of().formatHex(tree.root()));
    }

    private JsonNode array() {
        var array = Json.MAPPER.createArrayNode();
        leaves.forEach(leaf -> array.add(Json.read(leaf)));
        return array;
    }

    /** The member of the details in whose place the root is signed. */
    String member() {
        return member;
    }

    int size() {
        return leaves.size();
    }

    /** The bytes of line {@code index}, from 0. */
    byte[] line(int index) {
        return leaves.get(index).clone();
    }

    /** Its inclusion path, lowest sibling first. */
    List<byte[]> path(int index) {
        return tree.path(index);
    }
}
