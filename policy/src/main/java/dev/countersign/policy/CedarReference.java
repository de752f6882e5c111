package dev.countersign.policy;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.DetailedError;
import com.cedarpolicy.model.EntityValidationRequest;
import com.cedarpolicy.model.ValidationRequest;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.schema.Schema;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Cedar's reference implementation, as far as loading needs it. Native code: to be called on a {@link DeepStack}. */
final class CedarReference {
    private static final String INTERNAL = "Internal JNI Error: ";
    private static final Pattern PREFIX = Pattern.compile(
            "^(?:failed to parse \\w+(?: with id `.*?`)? from string: |error parsing schema: |for policy `.*?`, )+");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NOBODY = "";

    private CedarReference() {}

    /**
     * Something that the reference refuses.
     *
     * @param policy id of the policy, or empty
     * @param start where it begins, UTF-8 bytes from the start of the policy or schema
     * @param hint what to do, or empty
     */
    record Finding(String policy, int start, String reason, String hint) {}

    /**
     * A policy in Cedar's JSON policy format; null when it does not parse, and {@link #syntax} says why. Throws
     * {@link IllegalArgumentException} on one that parses and is not supported.
     */
    static @Nullable JsonNode parse(String policy) {
        try {
            return JSON.readTree(new com.cedarpolicy.model.policy.Policy(policy, NOBODY).toJson());
        } catch (InternalException e) {
            return null;
        } catch (StreamConstraintsException e) {
            throw new IllegalArgumentException("an expression nested too deep");
        }
    }

    /** Why a policy does not parse. */
    static Finding syntax(String policy) {
        var found = validate(new Schema(NOBODY), Map.of(NOBODY, policy));
        return found.isEmpty() ? new Finding(NOBODY, 0, "no policy", "") : found.getFirst();
    }

    /** A schema in Cedar's JSON format. Throws {@link InvalidSchema}. */
    static JsonNode schemaJson(String schema) {
        try {
            var cedar = new Schema(Schema.JsonOrCedar.Cedar, Optional.empty(), Optional.of(escaped(schema)));
            return JSON.readTree(cedar.toJsonFormat().toString());
        } catch (InternalException | JsonProcessingException e) {
            var found = validate(new Schema(schema), Map.of());
            throw new InvalidSchema(found.isEmpty() ? new Finding(NOBODY, 0, reason(e), "") : found.getFirst());
        }
    }

    /**
     * With escapes for NUL and what is beyond the basic plane: the reference's conversion takes the JVM's modified UTF-8
     * for UTF-8 and refuses both. They can only stand in strings and comments.
     */
    private static String escaped(String schema) {
        if (schema.chars().allMatch(c -> c != 0 && !Character.isSurrogate((char) c))) {
            return schema;
        }
        var text = new StringBuilder();
        schema.codePoints().forEach(point -> {
            if (point == 0 || point >= Character.MIN_SUPPLEMENTARY_CODE_POINT) {
                text.append("\\u{").append(Integer.toHexString(point)).append('}');
            } else {
                text.appendCodePoint(point);
            }
        });
        return text.toString();
    }

    /** The reference refuses a schema. */
    static final class InvalidSchema extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Finding finding;

        InvalidSchema(Finding finding) {
            super(finding.reason());
            this.finding = finding;
        }

        Finding finding() {
            return finding;
        }
    }

    /** What does not validate in {@code policies} (id → text), each only once though it holds for several actions. */
    static List<Finding> validate(String schema, Map<String, String> policies) {
        return validate(new Schema(schema), policies);
    }

    /** As {@link #validate(String, Map)} for a whole file of policies. */
    static List<Finding> validateText(String schema, String policies) {
        try {
            return validate(new Schema(schema), com.cedarpolicy.model.policy.PolicySet.parsePolicies(policies));
        } catch (InternalException e) {
            return List.of(new Finding(NOBODY, 0, reason(e), ""));
        }
    }

    private static List<Finding> validate(Schema schema, Map<String, String> policies) {
        var all = policies.entrySet().stream()
                .map(policy -> new com.cedarpolicy.model.policy.Policy(policy.getValue(), policy.getKey()))
                .collect(Collectors.toSet());
        return validate(schema, new com.cedarpolicy.model.policy.PolicySet(all));
    }

    private static List<Finding> validate(Schema schema, com.cedarpolicy.model.policy.PolicySet policies) {
        var findings = new LinkedHashSet<Finding>();
        try {
            var response = new BasicAuthorizationEngine().validate(new ValidationRequest(schema, policies));
            response.errors.ifPresent(errors -> errors.forEach(error -> findings.add(finding(NOBODY, error))));
            response.success.ifPresent(success -> success.validationErrors.forEach(
                    error -> findings.add(finding(error.getPolicyId(), error.getError()))));
        } catch (AuthException e) {
            findings.add(new Finding(NOBODY, 0, reason(e), ""));
        }
        return new ArrayList<>(findings);
    }

    private static Finding finding(String policy, DetailedError error) {
        var place = error.sourceLocations.isEmpty() ? null : error.sourceLocations.get(0);
        var reason = PREFIX.matcher(error.message).replaceFirst("");
        var hint = error.help
                .or(() -> place == null ? Optional.empty() : place.label)
                .map(help -> PREFIX.matcher(help).replaceFirst(""))
                .filter(help -> !help.isBlank())
                .orElseGet(() -> Hints.of(reason));
        return new Finding(policy, place == null ? 0 : place.start, reason, hint);
    }

    /** Why the entities (JSON) do not fit the schema, or null when they do. */
    static @Nullable String entities(String schema, String entities) {
        try {
            Set<com.cedarpolicy.model.entity.Entity> all =
                    com.cedarpolicy.model.entity.Entities.parse(entities).getEntities();
            new BasicAuthorizationEngine()
                    .validateEntities(new EntityValidationRequest(new Schema(schema), List.copyOf(all)));
            return null;
        } catch (AuthException | JsonProcessingException | RuntimeException e) {
            return reason(e);
        }
    }

    private static String reason(Exception e) {
        var message = String.valueOf(e.getMessage());
        var at = message.indexOf(INTERNAL);
        return at < 0 ? message : message.substring(at + INTERNAL.length());
    }
}
