package dev.countersign.offline;

import dev.countersign.http.Json;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.SigningAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a device answers to a {@link RequestFile}, request by request in its order, as one line that the device signed (compact JWS,
 * EdDSA). A signature over a text of this form is none over a challenge: that has 32 bytes.
 */
public final class AnswerFile {
    /** Longest, characters: {@link RequestFile#MAX_REQUESTS} answers take a third of it. */
    static final int MAX_LENGTH = 96 * 1024;

    private static final String TYPE = "countersign-offline-answers+jwt";

    private final CompactJws signed;
    private final long sequence;
    private final List<Answer> answers;

    private AnswerFile(CompactJws signed, long sequence, List<Answer> answers) {
        this.signed = signed;
        this.sequence = sequence;
        this.answers = answers;
    }

    /**
     * @param request id
     * @param code what {@code offline-sign} would have answered to this request alone; null: the person does not want it
     */
    public record Answer(String request, @Nullable String code) {}

    /** The line, signed by {@code key}. */
    public static String write(RequestFile file, List<Answer> answers, UnaryOperator<byte[]> key) {
        var payload = Json.MAPPER
                .createObjectNode()
                .put("key", file.head().key())
                .put("sequence", file.head().sequence())
                .put("file", file.sha256());
        var array = payload.putArray("answers");
        for (var answer : answers) {
            var each = array.addObject().put("request", answer.request());
            if (answer.code() != null) {
                each.put("code", answer.code());
            }
        }
        return CompactJws.sign(SigningAlgorithm.EDDSA.id(), file.head().key(), TYPE, payload, key);
    }

    /** Throws {@link IllegalArgumentException} for what is none. Who signed it is not looked at: {@link #isSignedBy}. */
    public static AnswerFile read(String text) {
        try {
            var signed = CompactJws.parse(text.strip(), MAX_LENGTH);
            if (!signed.headerText("typ").equals(TYPE)
                    || !signed.headerText("alg").equals(SigningAlgorithm.EDDSA.id())) {
                throw new IllegalArgumentException("These are no answers of a device");
            }
            signed.claim("key");
            signed.claim("file");
            return new AnswerFile(
                    signed,
                    RequestFile.sequence(signed.payload()),
                    answers(signed.payload().path("answers")));
        } catch (InvalidJws e) {
            throw new IllegalArgumentException("These are no answers of a device: " + e.getMessage(), e);
        }
    }

    private static List<Answer> answers(JsonNode array) {
        if (!array.isArray() || array.isEmpty() || array.size() > RequestFile.MAX_REQUESTS) {
            throw new IllegalArgumentException("There are 1 to " + RequestFile.MAX_REQUESTS + " answers");
        }
        var answers = new ArrayList<Answer>();
        for (var each : array) {
            var code = each.has("code") ? CompactJws.text(each, "code") : null;
            answers.add(new Answer(CompactJws.text(each, "request"), code));
        }
        return answers;
    }

    /** True when {@code publicKey} (32 bytes) signed all of it. */
    public boolean isSignedBy(byte[] publicKey) {
        return OfflineKeys.isSigned(publicKey, signed.signingInput(), signed.signature());
    }

    /** Id of the key that claims to have signed it. */
    public String key() {
        return signed.claim("key");
    }

    /** The number of the file that it answers. */
    public long sequence() {
        return sequence;
    }

    /** {@link RequestFile#sha256} of that file. */
    public String file() {
        return signed.claim("file");
    }

    public List<Answer> answers() {
        return answers;
    }
}
