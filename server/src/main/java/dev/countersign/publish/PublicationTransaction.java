package dev.countersign.publish;

import dev.countersign.http.Json;
import dev.countersign.key.Sha256;
import dev.countersign.policy.PolicyChanges;
import dev.countersign.session.Principal;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a change of the live version as a transaction, so that people approve exactly this change and no other. */
final class PublicationTransaction {
    /** The transaction type. */
    static final String TYPE = "policy-publication";

    /** Most names of a list; a last element says how many more there are. The hash names them all. */
    static final int MAX_NAMES = 50;

    /** Longest name shown, characters. */
    static final int MAX_NAME = 250;

    private PublicationTransaction() {}

    /**
     * {@code {id, type, details}}. The id follows from the change and who asks: the same request again is the same
     * transaction, another change is another one.
     *
     * @param number that the version gets when it goes live
     */
    static ObjectNode of(
            PolicyAction action,
            Principal requester,
            long number,
            String previous,
            PolicyVersion version,
            String comment,
            PolicyChanges changes) {
        var transaction = Json.MAPPER.createObjectNode();
        var details = Json.MAPPER
                .createObjectNode()
                .put("version", number)
                .put("hash", version.hash())
                .put("previous", previous)
                .put("publisher", version.publisher());
        if (!comment.isEmpty()) {
            details.put("comment", comment);
        }
        names(details.putArray("added"), changes.added());
        names(details.putArray("removed"), changes.removed());
        names(details.putArray("changed"), changes.changed());
        names(details.putArray("files"), changes.files());
        var same = Sha256.base64url(requester + "\n" + Json.MAPPER.writeValueAsString(details));
        transaction.put("id", action.word() + ":" + number + ":" + same);
        transaction.put("type", TYPE).set("details", details);
        return transaction;
    }

    private static void names(ArrayNode array, List<String> names) {
        names.stream().limit(MAX_NAMES).map(PublicationTransaction::shortened).forEach(array::add);
        if (names.size() > MAX_NAMES) {
            array.add("and " + (names.size() - MAX_NAMES) + " more");
        }
    }

    private static String shortened(String name) {
        return name.length() <= MAX_NAME ? name : name.substring(0, name.offsetByCodePoints(0, MAX_NAME / 2)) + "…";
    }
}
