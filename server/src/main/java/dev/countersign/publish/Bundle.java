package dev.countersign.publish;

import dev.countersign.policy.PolicySource;
import dev.countersign.publish.InvalidBundle.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a policy set travels and is kept: gzip (RFC 1952) of one JSON object, file name → text. The packing is not what is
 * signed: the set's content hash is, so the same files packed otherwise are the same set.
 */
public final class Bundle {
    /** Largest bundle as sent and kept, bytes. A request's body holds it in base64url. */
    public static final int MAX_PACKED_BYTES = 700 * 1024;

    /** Largest bundle unpacked, bytes: a small one that unpacks to more is not unpacked further. */
    public static final int MAX_UNPACKED_BYTES = 16 * 1024 * 1024;

    /** Most files. */
    public static final int MAX_FILES = 2_000;

    /** Longest file name, characters. */
    public static final int MAX_NAME = 200;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(2)
                            .maxNameLength(MAX_NAME)
                            .maxStringLength(PolicySource.MAX_FILE_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Bundle() {}

    /** Packs a set. Throws {@link InvalidBundle} when it is too large or a file's name is not one. */
    public static byte[] pack(PolicySource source) {
        requireNames(source);
        var json = JSON.writeValueAsBytes(source.files());
        if (json.length > MAX_UNPACKED_BYTES) {
            throw new InvalidBundle(Reason.TOO_LARGE, "The set is larger than " + MAX_UNPACKED_BYTES + " bytes");
        }
        var out = new ByteArrayOutputStream(json.length / 4 + 64);
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        requirePackedSize(out.size());
        return out.toByteArray();
    }

    /** Unpacks a set. Throws {@link InvalidBundle}; never takes more memory than the limits allow. */
    public static PolicySource unpack(byte[] packed) {
        requirePackedSize(packed.length);
        byte[] json;
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            json = gzip.readNBytes(MAX_UNPACKED_BYTES + 1);
        } catch (IOException e) {
            throw new InvalidBundle(Reason.MALFORMED, "The bundle is not gzip");
        }
        if (json.length > MAX_UNPACKED_BYTES) {
            throw new InvalidBundle(
                    Reason.TOO_LARGE, "The bundle unpacks to more than " + MAX_UNPACKED_BYTES + " bytes");
        }
        var source = new PolicySource(files(json));
        requireNames(source);
        return source;
    }

    private static Map<String, String> files(byte[] json) {
        JsonNode object;
        try {
            object = JSON.readTree(json);
        } catch (JacksonException e) {
            throw new InvalidBundle(Reason.MALFORMED, "The bundle is not one JSON object of file names and texts");
        }
        if (!object.isObject()
                || object.properties().stream()
                        .anyMatch(file -> !file.getValue().isString())) {
            throw new InvalidBundle(Reason.MALFORMED, "The bundle is not one JSON object of file names and texts");
        }
        var files = new TreeMap<String, String>();
        object.properties()
                .forEach(file -> files.put(file.getKey(), file.getValue().stringValue()));
        return files;
    }

    private static void requirePackedSize(int bytes) {
        if (bytes > MAX_PACKED_BYTES) {
            throw new InvalidBundle(Reason.TOO_LARGE, "The bundle is larger than " + MAX_PACKED_BYTES + " bytes");
        }
    }

    /** Whoever writes the files out again must not be led out of a folder. */
    private static void requireNames(PolicySource source) {
        if (source.files().size() > MAX_FILES) {
            throw new InvalidBundle(Reason.TOO_LARGE, "The set has more than " + MAX_FILES + " files");
        }
        for (var name : source.files().keySet()) {
            var isPath = name.length() <= MAX_NAME && NAME.matcher(name).matches() && !(name + "/").contains("../");
            if (!isPath || !PolicySource.isPart(name)) {
                throw new InvalidBundle(
                        Reason.MALFORMED,
                        "Files of a set have relative names of at most " + MAX_NAME
                                + " letters, digits and . _ - / and are policies, schema or entities");
            }
        }
    }
}
