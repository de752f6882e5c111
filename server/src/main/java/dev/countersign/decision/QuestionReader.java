package dev.countersign.decision;

import dev.countersign.decision.Question.Action;
import dev.countersign.decision.Question.Resource;
import dev.countersign.decision.Question.Subject;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import dev.countersign.policy.CedarJson;
import dev.countersign.policy.IpValue;
import dev.countersign.policy.Search;
import dev.countersign.policy.Value;
import dev.countersign.session.Presented;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a question from an AuthZEN evaluation request. Throws Problem 400 naming the member that does not fit. */
final class QuestionReader {
    /** Longest entity type, id, action name, characters. */
    static final int MAX_NAME = 512;

    /** Longest token or proof, characters: larger ones are no tokens of ours. */
    static final int MAX_TOKEN = 8_192;

    /** Longest URI and user agent, characters. */
    static final int MAX_URI = 8_192;

    /** What of the context is for us; the rest is for policies. */
    private static final Set<String> OURS = Set.of("session", "client", "transaction", "approval");

    private static final Set<String> SCHEMES = Set.of("DPoP", "Bearer");

    private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Pattern HEX_THUMBPRINT = Pattern.compile("[0-9A-Fa-f]{64}");

    private QuestionReader() {}

    /** {@code request} is one evaluation with every default already merged in. */
    static Question read(Fields request) {
        var subject = request.object("subject");
        var action = request.object("action");
        var resource = request.object("resource");
        return question(
                request,
                new Subject(name(subject, "type"), name(subject, "id"), properties(subject)),
                new Action(name(action, "name"), properties(action)),
                new Resource(name(resource, "type"), name(resource, "id"), properties(resource)));
    }

    /**
     * A search (AuthZEN §8.4–8.6). Of the entity that is searched for, only the type counts; its id is empty, and an action
     * is not asked for at all. A transaction is about one action on one resource, and a session about one subject: they
     * have no place where those are searched for.
     */
    static Question search(Fields request, Search.Open open) {
        var context = request.optionalObject("context");
        if (context != null && context.has("transaction")) {
            throw Problem.invalid(context.at("transaction"), "A search is not about a transaction");
        }
        if (context != null && context.has("session") && open == Search.Open.PRINCIPAL) {
            throw Problem.invalid(context.at("session"), "The subjects that are searched for have no session");
        }
        var subject = request.object("subject");
        var resource = request.object("resource");
        var action = open == Search.Open.ACTION ? null : request.object("action");
        return question(
                request,
                open == Search.Open.PRINCIPAL
                        ? new Subject(name(subject, "type"), "", Map.of())
                        : new Subject(name(subject, "type"), name(subject, "id"), properties(subject)),
                action == null ? new Action("", Map.of()) : new Action(name(action, "name"), properties(action)),
                open == Search.Open.RESOURCE
                        ? new Resource(name(resource, "type"), "", Map.of())
                        : new Resource(name(resource, "type"), name(resource, "id"), properties(resource)));
    }

    private static Question question(Fields request, Subject subject, Action action, Resource resource) {
        var context = request.optionalObject("context");
        if (context == null) {
            return new Question(request.pointer(), subject, action, resource, Map.of(), null, null, null, null);
        }
        var client = context.optionalObject("client");
        var approval = context.optionalObject("approval");
        return new Question(
                request.pointer(),
                subject,
                action,
                resource,
                values(context, OURS),
                presented(context.optionalObject("session"), client),
                client == null ? null : ip(client),
                context.optionalObject("transaction"),
                approval == null ? null : approval.text("id", MAX_NAME));
    }

    private static String name(Fields entity, String member) {
        return entity.text(member, MAX_NAME);
    }

    private static Map<String, Value> properties(Fields entity) {
        var properties = entity.optionalObject("properties");
        return properties == null ? Map.of() : values(properties, Set.of());
    }

    private static Map<String, Value> values(Fields properties, Set<String> without) {
        var values = new LinkedHashMap<String, Value>();
        for (var property : properties.node().properties()) {
            if (without.contains(property.getKey())) {
                continue;
            }
            try {
                values.put(property.getKey(), CedarJson.value(property.getValue()));
            } catch (IllegalArgumentException e) {
                throw Problem.invalid(properties.at(property.getKey()), "Policies cannot read it: " + e.getMessage());
            }
        }
        return values;
    }

    /** The address that our own listener saw, or null when policies cannot read it. */
    static @Nullable IpValue address(@Nullable String text) {
        try {
            return text == null ? null : IpValue.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable IpValue ip(Fields client) {
        var text = client.optionalText("ip", MAX_NAME);
        if (text == null) {
            return null;
        }
        try {
            if (text.indexOf('/') >= 0) {
                throw new IllegalArgumentException("a network, not an address");
            }
            return IpValue.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(client.at("ip"), "Not an IP address");
        }
    }

    private static @Nullable Presented presented(@Nullable Fields session, @Nullable Fields client) {
        if (session == null) {
            return null;
        }
        return new Presented(
                session.text("token", MAX_TOKEN),
                session.oneOf("scheme", SCHEMES),
                session.optionalText("proof", MAX_TOKEN),
                session.text("method", MAX_NAME),
                session.text("uri", MAX_URI),
                client == null ? null : client.optionalText("ip", MAX_NAME),
                client == null ? null : client.optionalText("user_agent", MAX_URI),
                client == null ? null : thumbprint(client));
    }

    /** In base64url, as {@code x5t#S256}, or in hex, as most proxies have it. */
    private static @Nullable String thumbprint(Fields client) {
        var text = client.optionalText("certificate_sha256", MAX_NAME);
        if (text == null || THUMBPRINT.matcher(text).matches()) {
            return text;
        }
        if (!HEX_THUMBPRINT.matcher(text).matches()) {
            throw Problem.invalid(client.at("certificate_sha256"), "Expected a SHA-256 in base64url or hex");
        }
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(HexFormat.of().parseHex(text));
    }
}
