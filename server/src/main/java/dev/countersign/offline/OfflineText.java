package dev.countersign.offline;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import tools.jackson.databind.JsonNode;

/**
 * What a device without network is told, as text that fits into QR codes: {@code CS1.i/n.DATA}, each frame at most
 * {@link #FRAME} characters; the data of all together is base64url of the deflated JSON.
 */
public final class OfflineText {
    /** Characters of one frame's data: a QR code of version 25 at error correction M, which cameras read well. */
    static final int FRAME = 900;

    /** Most frames; a larger transaction is signed elsewhere. */
    static final int MAX_FRAMES = 40;

    /** Largest JSON, bytes. */
    static final int MAX_JSON = 256 * 1024;

    private static final Pattern FORM = Pattern.compile("CS1\\.(\\d{1,2})/(\\d{1,2})\\.([A-Za-z0-9_-]+)");

    private OfflineText() {}

    /** The frames. Throws {@link IllegalArgumentException} when it is too large. */
    public static List<String> write(JsonNode json) {
        var data =
                Base64.getUrlEncoder().withoutPadding().encodeToString(deflated(Json.MAPPER.writeValueAsBytes(json)));
        var count = (data.length() + FRAME - 1) / FRAME;
        if (count > MAX_FRAMES) {
            throw new IllegalArgumentException("Too large for " + MAX_FRAMES + " codes");
        }
        var frames = new ArrayList<String>();
        for (var i = 0; i < count; i++) {
            var part = data.substring(i * FRAME, Math.min(data.length(), (i + 1) * FRAME));
            frames.add("CS1." + (i + 1) + "/" + count + "." + part);
        }
        return frames;
    }

    /** The JSON of all its frames, in any order. Throws {@link IllegalArgumentException}. */
    public static JsonNode read(List<String> frames) {
        var parts = new String[0];
        for (var frame : frames) {
            var form = FORM.matcher(frame.strip());
            if (!form.matches()) {
                throw new IllegalArgumentException("Not a code of Countersign");
            }
            var count = Integer.parseInt(form.group(2));
            var index = Integer.parseInt(form.group(1));
            if (parts.length == 0 && count >= 1 && count <= MAX_FRAMES) {
                parts = new String[count];
            }
            if (count != parts.length || index < 1 || index > count) {
                throw new IllegalArgumentException("The codes do not belong together");
            }
            parts[index - 1] = form.group(3);
        }
        var data = new StringBuilder();
        for (var i = 0; i < parts.length; i++) {
            if (parts[i] == null) {
                throw new IllegalArgumentException("Code " + (i + 1) + " of " + parts.length + " is missing");
            }
            data.append(parts[i]);
        }
        try {
            return Json.read(inflated(Base64.getUrlDecoder().decode(data.toString())));
        } catch (Problem e) {
            throw new IllegalArgumentException("The code cannot be read: " + e.detail());
        }
    }

    private static byte[] deflated(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try (var stream = new DeflaterOutputStream(out, deflater)) {
            stream.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return out.toByteArray();
    }

    private static byte[] inflated(byte[] bytes) {
        var inflater = new Inflater(true);
        try {
            inflater.setInput(bytes);
            var out = new byte[MAX_JSON + 1];
            var length = 0;
            while (!inflater.finished()) {
                var read = inflater.inflate(out, length, out.length - length);
                length += read;
                if (length > MAX_JSON || (read == 0 && !inflater.finished())) {
                    throw new IllegalArgumentException("The code is cut off, or too large");
                }
            }
            return Arrays.copyOf(out, length);
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("The code cannot be read");
        } finally {
            inflater.end();
        }
    }
}
