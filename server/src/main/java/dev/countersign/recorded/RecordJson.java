package dev.countersign.recorded;

import dev.countersign.policy.RequestJson;
import dev.countersign.recorded.DecisionRecord.Answered;
import dev.countersign.recorded.DecisionRecord.Outcome;
import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A record as one line of JSON: what is stored, exported and read back. */
public final class RecordJson {
    /** Largest record, bytes of UTF-8. */
    public static final int MAX_BYTES = 256 * 1024;

    /** Where the buffer of one begins, bytes. */
    private static final int TYPICAL_BYTES = 2 * 1024;

    /** Without the checks that others' JSON needs: only what was written here is read, or a file of the operator's. */
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RecordJson() {}

    /** UTF-8 without a line break. */
    public static byte[] write(DecisionRecord decision) {
        var line = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (var json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringProperty("evaluation_id", decision.evaluationId());
            json.writeStringProperty("at", decision.at().toString());
            json.writeStringProperty("enforcement_point", decision.enforcementPoint());
            json.writeStringProperty("code", decision.code());
            json.writeStringProperty("text", decision.text());
            texts(json, "policies", decision.policies());
            json.writeStringProperty("policy_set", decision.policySet());
            json.writeNumberProperty("evidence_index", decision.evidenceIndex());
            if (decision.answered() != null) {
                json.writeName("answered");
                answered(json, decision.answered());
            }
            json.writeName("request");
            new RequestJson(decision.request(), decision.entities()).write(json);
            json.writeEndObject();
        }
        return line.toByteArray();
    }

    private static void answered(JsonGenerator json, Answered answered) {
        json.writeStartObject();
        json.writeStringProperty("outcome", answered.outcome().name().toLowerCase(Locale.ROOT));
        texts(json, "deciding", answered.deciding());
        json.writeName("requirements");
        json.writeStartArray();
        for (var stated : answered.requirements()) {
            RequirementJson.write(stated, json);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static void texts(JsonGenerator json, String name, Collection<String> texts) {
        json.writeName(name);
        json.writeStartArray();
        texts.forEach(json::writeString);
        json.writeEndArray();
    }

    /** How the line of one decision begins. */
    static String start(String evaluationId) {
        return "{\"evaluation_id\":\"" + evaluationId + "\"";
    }

    /** Throws {@link IllegalArgumentException} when it is no record. */
    public static DecisionRecord read(byte[] utf8) {
        if (utf8.length > MAX_BYTES) {
            throw new IllegalArgumentException("larger than " + MAX_BYTES + " bytes");
        }
        try {
            var json = JSON.readTree(utf8);
            var request = RequestJson.read(json.path("request"));
            return new DecisionRecord(
                    text(json, "evaluation_id"),
                    Instant.parse(text(json, "at")),
                    text(json, "enforcement_point"),
                    text(json, "code"),
                    text(json, "text"),
                    texts(json, "policies"),
                    text(json, "policy_set"),
                    number(json, "evidence_index"),
                    request.request(),
                    request.entities(),
                    json.has("answered") ? answered(json.get("answered")) : null);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage());
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(e.getMessage());
        }
    }

    private static Answered answered(JsonNode json) {
        var outcome = Outcome.valueOf(text(json, "outcome").toUpperCase(Locale.ROOT));
        var requirements = new ArrayList<DecisionRecord.Stated>();
        json.path("requirements").forEach(stated -> requirements.add(RequirementJson.read(stated)));
        return new Answered(outcome, texts(json, "deciding"), requirements);
    }

    static String text(JsonNode json, String name) {
        var value = json.get(name);
        if (value == null || !value.isString()) {
            throw new IllegalArgumentException("`" + name + "` is missing or not a string");
        }
        return value.stringValue();
    }

    static long number(JsonNode json, String name) {
        var value = json.get(name);
        if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException("`" + name + "` is missing or not a whole number");
        }
        return value.longValue();
    }

    private static List<String> texts(JsonNode json, String name) {
        var texts = new ArrayList<String>();
        json.path(name).forEach(text -> texts.add(text.stringValue("")));
        return texts;
    }
}
