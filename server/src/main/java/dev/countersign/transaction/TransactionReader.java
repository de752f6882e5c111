package dev.countersign.transaction;

import dev.countersign.display.SafeText;
import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import java.util.regex.Pattern;

/** Makes a transaction of what an enforcement point sent, or says which member is wrong. */
final class TransactionReader {
    /** Longest action, resource type and resource id, characters. */
    static final int MAX_NAME = 512;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~:-]{1,128}");

    private final TransactionTypes types;

    TransactionReader(TransactionTypes types) {
        this.types = types;
    }

    Transaction read(
            EnforcementPoint asker,
            Principal requester,
            Person person,
            String action,
            String resourceType,
            String resourceId,
            Fields transaction) {
        var id = transaction.text("id", 128);
        if (!ID.matcher(id).matches()) {
            throw Problem.invalid(transaction.at("id"), "Only letters, digits and . _ ~ : - are allowed");
        }
        var name = transaction.text("type", 128);
        var type = types.find(name)
                .orElseThrow(() -> Problem.invalid(transaction.at("type"), "This transaction type is not configured"));
        for (var member : transaction.node().propertyNames()) {
            if (!member.equals("id") && !member.equals("type") && !member.equals("details")) {
                throw Problem.invalid(transaction.at(member), "Unknown member");
            }
        }
        requireName(action, "/action/name");
        requireName(resourceType, "/resource/type");
        requireName(resourceId, "/resource/id");
        SafeText.require(requester.id(), "/subject/id");
        var details = transaction.object("details").node();
        type.validate(details, transaction.at("details"));
        var lines = type.batch() == null ? null : BatchLines.of(type.batch(), details);
        var signed = lines == null ? details : lines.signed(details);
        var canonical = CanonicalForm.of(asker.id(), id, name, requester, action, resourceType, resourceId, signed);
        return new Transaction(
                asker.id(),
                id,
                name,
                requester,
                person,
                action,
                resourceType,
                resourceId,
                details,
                type.decimals(),
                type.money() == null ? null : type.money().of(details, transaction.at("details")),
                canonical,
                lines == null ? null : lines.bytes(),
                CanonicalForm.hash(canonical));
    }

    private static void requireName(String text, String pointer) {
        if (text.length() > MAX_NAME) {
            throw Problem.invalid(pointer, "Longer than " + MAX_NAME + " characters");
        }
        SafeText.require(text, pointer);
    }
}
