package dev.countersign.recorded;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The stored form of a record: a format byte and its JSON, deflated (RFC 1951) against a dictionary of four records of the
 * demo bank, the likeliest last, for most of a record is like any other. For one thread.
 */
final class PackedRecord implements AutoCloseable {
    /** Names the dictionary. A new dictionary gets a new number; the old one stays readable. */
    private static final byte FORMAT = 1;

    private static final byte[] DICTIONARY = dictionary();

    /** As small as the best at half its time, measured on records of the demo bank: 1,330 bytes become 160. */
    private static final int LEVEL = 3;

    private final Deflater deflater = new Deflater(LEVEL, true);
    private final Inflater inflater = new Inflater(true);
    private final byte[] buffer = new byte[8_192];

    private static byte[] dictionary() {
        try (var in = PackedRecord.class.getResourceAsStream("dictionary-" + FORMAT + ".ndjson")) {
            return requireNonNull(in, "the dictionary is missing").readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] pack(byte[] json) {
        deflater.reset();
        deflater.setDictionary(DICTIONARY);
        deflater.setInput(json);
        deflater.finish();
        var out = new ByteArrayOutputStream(512);
        out.write(FORMAT);
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        return out.toByteArray();
    }

    /** Throws {@link IllegalArgumentException} when these bytes were not packed here or hold more than a record may. */
    byte[] unpack(byte[] packed) {
        if (packed.length == 0 || packed[0] != FORMAT) {
            throw new IllegalArgumentException("a record in an unknown format");
        }
        inflater.reset();
        inflater.setDictionary(DICTIONARY);
        inflater.setInput(packed, 1, packed.length - 1);
        var out = new ByteArrayOutputStream(2_048);
        try {
            while (!inflater.finished()) {
                var count = inflater.inflate(buffer);
                if (count == 0 && !inflater.finished()) {
                    throw new IllegalArgumentException("a record is cut short");
                }
                out.write(buffer, 0, count);
                if (out.size() > RecordJson.MAX_BYTES) {
                    throw new IllegalArgumentException("a record is larger than " + RecordJson.MAX_BYTES + " bytes");
                }
            }
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("a record is damaged: " + e.getMessage());
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        deflater.end();
        inflater.end();
    }
}
