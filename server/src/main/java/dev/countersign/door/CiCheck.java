package dev.countersign.door;

import dev.countersign.DoorSettings.Ci;
import dev.countersign.DoorSettings.Job;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Holds the claims of a job's token to the jobs that settings let in. Everything is compared exactly: a pattern that is right for
 * one branch too many is how pipelines are taken over. Verifies no signature.
 */
final class CiCheck {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,20}");

    private CiCheck() {}

    /** Throws {@link InvalidJws} unless one of the jobs is the token's. */
    static void require(CompactJws token, Ci settings) {
        var names = ClaimNames.of(settings.forge());
        var subject = token.claim("sub");
        var repository = number(token, names.repository());
        var owner = number(token, names.owner());
        for (var job : settings.jobs()) {
            if (job.subject().equals(subject)
                    && job.repository().equals(repository)
                    && job.owner().equals(owner)
                    && isAsPinned(token, names, job)) {
                return;
            }
        }
        throw new InvalidJws("its job is not let in");
    }

    private static boolean isAsPinned(CompactJws token, ClaimNames names, Job job) {
        return (job.workflow() == null || job.workflow().equals(optional(token, names.workflow())))
                && (job.environment() == null || job.environment().equals(optional(token, names.environment())));
    }

    /** Attributes of the workload, named as policies know them; those that the token does not have are left out. */
    static Map<String, String> attributes(CompactJws token, Ci settings) {
        var names = ClaimNames.of(settings.forge());
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("repository_id", number(token, names.repository()));
        put(attributes, "workflow", optional(token, names.workflow()));
        put(attributes, "ref", optional(token, names.ref()));
        put(attributes, "ref_protected", optional(token, "ref_protected"));
        put(attributes, "event", optional(token, names.event()));
        put(attributes, "environment", optional(token, names.environment()));
        return attributes;
    }

    private static void put(Map<String, String> attributes, String name, String value) {
        if (!value.isEmpty()) {
            attributes.put(name, TokenClaims.name(value));
        }
    }

    private static String number(CompactJws token, String name) {
        var value = token.payload().get(name);
        var text = value != null && value.isIntegralNumber()
                ? value.bigIntegerValue().toString()
                : token.claim(name);
        if (!NUMBER.matcher(text).matches()) {
            throw new InvalidJws("'" + name + "' is not a number");
        }
        return text;
    }

    private static String optional(CompactJws token, String name) {
        var value = token.payload().get(name);
        if (value != null && value.isBoolean()) {
            return value.asString();
        }
        return value == null || value.isNull() ? "" : token.claim(name);
    }
}
