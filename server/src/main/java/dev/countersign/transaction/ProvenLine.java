package dev.countersign.transaction;

import dev.countersign.evidence.LeafTree;
import dev.countersign.evidence.Proofs;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One line of a batch, proven without the others. */
public final class ProvenLine {
    private static final int MAX_LINE = 64 * 1024;

    private ProvenLine() {}

    /**
     * The bundle with line {@code number}, from 1, in place of all of them. Throws {@link IllegalArgumentException} when it
     * holds no batch, or one without that line.
     */
    public static ObjectNode of(JsonNode bundle, int number) {
        var lines = bundle.path("transaction").path("lines");
        if (!lines.isString()) {
            throw new IllegalArgumentException("This bundle holds no batch");
        }
        var batch = BatchLines.read(Base64.getUrlDecoder().decode(lines.stringValue()));
        if (number < 1 || number > batch.size()) {
            throw new IllegalArgumentException("This batch has the lines 1 to " + batch.size());
        }
        var one = (ObjectNode) bundle.deepCopy();
        var transaction = (ObjectNode) one.path("transaction");
        transaction.remove("lines");
        var line = transaction.putObject("line").put("member", batch.member()).put("number", number);
        line.put("bytes", Base64.getUrlEncoder().withoutPadding().encodeToString(batch.line(number - 1)));
        var proof = line.putArray("proof");
        batch.path(number - 1)
                .forEach(hash ->
                        proof.add(Base64.getUrlEncoder().withoutPadding().encodeToString(hash)));
        return one;
    }

    /** A sentence that says what is proven. Throws {@link IllegalArgumentException} or Problem when nothing is. */
    static String verify(Fields line, JsonNode details) {
        line.only(Set.of("member", "number", "bytes", "proof"));
        var signed = details.path(line.text("member"));
        var count = signed.path("count").asLong(0);
        var number = line.integer("number", 1, Math.max(1, count));
        var bytes = Base64.getUrlDecoder().decode(line.text("bytes", MAX_LINE));
        var path = new ArrayList<byte[]>();
        line.node()
                .path("proof")
                .forEach(hash -> path.add(Base64.getUrlDecoder().decode(hash.asString(""))));
        var leaf = new LeafTree(List.of(bytes)).leafHash(0);
        var root = HexFormat.of().parseHex(signed.path("root").asString(""));
        if (!Proofs.isIncluded(leaf, number - 1, count, root, path)) {
            throw Problem.invalid(line.at("proof"), "The line is not in the batch that was signed");
        }
        Json.read(bytes);
        return "Line " + number + " of " + count + " of the batch is " + new String(bytes, StandardCharsets.UTF_8);
    }
}
