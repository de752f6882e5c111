package dev.countersign.decision;

import dev.countersign.decision.Question.Resource;
import dev.countersign.decision.Question.Subject;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import dev.countersign.policy.CedarJson;
import dev.countersign.policy.IpValue;
import dev.countersign.policy.Value;
import dev.countersign.session.Presented;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a question from an AuthZEN evaluation request. Throws Problem 400 naming the member that does not fit. */
final class QuestionReader {
    /** Longest entity type, id, action name, characters. */
    static final int MAX_NAME = 512;

    /** Longest token or proof, characters: larger ones are no tokens of ours. */
    static final int MAX_TOKEN = 8_192;

    /** Longest URI and user agent, characters. */
    static final int MAX_URI = 8_192;

    private static final Set<String> SCHEMES = Set.of("DPoP", "Bearer");

    private QuestionReader() {}

    /** {@code request} is one evaluation with every default already merged in. */
    static Question read(Fields request) {
        var subject = request.object("subject");
        var action = request.object("action");
        var resource = request.object("resource");
        subject.optionalObject("properties");
        action.optionalObject("properties");
        var properties = resource.optionalObject("properties");
        var context = request.optionalObject("context");
        var client = context == null ? null : context.optionalObject("client");
        var approval = context == null ? null : context.optionalObject("approval");
        return new Question(
                request.pointer(),
                new Subject(subject.text("type", MAX_NAME), subject.text("id", MAX_NAME)),
                action.text("name", MAX_NAME),
                new Resource(
                        resource.text("type", MAX_NAME),
                        resource.text("id", MAX_NAME),
                        properties == null ? Map.of() : values(properties)),
                context == null ? null : presented(context.optionalObject("session"), client),
                client == null ? null : ip(client),
                context == null ? null : context.optionalObject("transaction"),
                approval == null ? null : approval.text("id", MAX_NAME));
    }

    private static Map<String, Value> values(Fields properties) {
        var values = new LinkedHashMap<String, Value>();
        for (var property : properties.node().properties()) {
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
                client == null ? null : client.optionalText("certificate_sha256", MAX_NAME));
    }
}
