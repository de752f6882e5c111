package dev.countersign.client;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One question: may this subject do this action on this resource, as it was just asked of the enforcement point?
 *
 * <pre>{@code
 * Evaluation.of("User", "alice", "transfer", "Account", "DE89…")
 *     .session(token, "DPoP", proof, "POST", uri)
 *     .client(ip, userAgent)
 *     .transaction(id, "payment", details)
 *     .build();
 * }</pre>
 */
public final class Evaluation {
    private final Map<String, Object> body;

    private Evaluation(Map<String, Object> body) {
        this.body = body;
    }

    /** Begins a question. */
    public static Builder of(
            String subjectType, String subjectId, String action, String resourceType, String resourceId) {
        return new Builder(subjectType, subjectId, action, resourceType, resourceId);
    }

    /** The AuthZEN request. Holds a token and a proof: not for logs. */
    Map<String, Object> body() {
        return body;
    }

    /** Subject, action, resource and transaction, without session and client: what an access request repeats. */
    Map<String, Object> subjectMatter() {
        var matter = new LinkedHashMap<String, Object>();
        for (var name : new String[] {"subject", "action", "resource"}) {
            matter.put(name, requireNonNull(body.get(name)));
        }
        var transaction = ((Map<?, ?>) requireNonNull(body.get("context"))).get("transaction");
        matter.put("context", transaction == null ? Map.of() : Map.of("transaction", transaction));
        return matter;
    }

    /** Gathers what the enforcement point saw. */
    public static final class Builder {
        private final Map<String, Object> subject = new LinkedHashMap<>();
        private final Map<String, Object> action = new LinkedHashMap<>();
        private final Map<String, Object> resource = new LinkedHashMap<>();
        private final Map<String, Object> context = new LinkedHashMap<>();

        private Builder(String subjectType, String subjectId, String name, String resourceType, String resourceId) {
            subject.put("type", requireNonNull(subjectType));
            subject.put("id", requireNonNull(subjectId));
            action.put("name", requireNonNull(name));
            resource.put("type", requireNonNull(resourceType));
            resource.put("id", requireNonNull(resourceId));
        }

        /** Facts about the resource that the enforcement point knows, for policies to read. */
        public Builder resourceProperties(Map<String, ?> properties) {
            resource.put("properties", Map.copyOf(properties));
            return this;
        }

        /**
         * The session token as it was presented, and the proof beside it.
         *
         * @param scheme {@code DPoP} or {@code Bearer}
         * @param proof value of the DPoP header, when there was one
         * @param method HTTP method of the caller's request
         * @param uri the caller's request as the caller addresses it, without query and fragment (RFC 9449 §4.2 htu)
         */
        public Builder session(String token, String scheme, @Nullable String proof, String method, URI uri) {
            var session = new LinkedHashMap<String, Object>();
            session.put("token", requireNonNull(token));
            session.put("scheme", requireNonNull(scheme));
            if (proof != null) {
                session.put("proof", proof);
            }
            session.put("method", requireNonNull(method));
            session.put("uri", uri.toString());
            context.put("session", session);
            return this;
        }

        /** Where the caller's request came from. */
        public Builder client(String ip, @Nullable String userAgent) {
            var client = new LinkedHashMap<String, Object>();
            client.put("ip", requireNonNull(ip));
            if (userAgent != null) {
                client.put("user_agent", userAgent);
            }
            context.put("client", client);
            return this;
        }

        /**
         * The transaction that the action would execute. Send amounts as decimal strings, never as JSON numbers.
         *
         * @param id chosen by the enforcement point, the same for every attempt at the same transaction
         * @param details values that Jackson writes as JSON
         */
        public Builder transaction(String id, String type, Map<String, ?> details) {
            var transaction = new LinkedHashMap<String, Object>();
            transaction.put("id", requireNonNull(id));
            transaction.put("type", requireNonNull(type));
            transaction.put("details", new LinkedHashMap<>(details));
            context.put("transaction", transaction);
            return this;
        }

        /** The approval that a task ended with, see {@link AccessTask#approvalId}. */
        public Builder approval(String id) {
            context.put("approval", Map.of("id", id));
            return this;
        }

        public Evaluation build() {
            var body = new LinkedHashMap<String, Object>();
            body.put("subject", Map.copyOf(subject));
            body.put("action", Map.copyOf(action));
            body.put("resource", Map.copyOf(resource));
            body.put("context", Map.copyOf(context));
            return new Evaluation(body);
        }
    }
}
