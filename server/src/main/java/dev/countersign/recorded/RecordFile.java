package dev.countersign.recorded;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;

/** Records as {@code policy records} exports them: JSON, one on each line. */
final class RecordFile implements RecordSource {
    private static final int BUFFER = 1 << 16;

    private final Path file;

    RecordFile(Path file) {
        this.file = file;
    }

    /** All of them: when each was made is only known once it is decoded. */
    @Override
    public void each(Instant since, Consumer<Raw> reader) {
        try (var in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            var number = 1L;
            for (var line = line(in, number); line != null; line = line(in, number)) {
                if (line.length > 0) {
                    reader.accept(new Raw(place(number), line));
                }
                number++;
            }
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }

    /** Null at the end. By hand: a line that never ends must not fill the memory. */
    private byte @org.jspecify.annotations.Nullable [] line(InputStream in, long number) throws IOException {
        var c = in.read();
        if (c < 0) {
            return null;
        }
        var line = new ByteArrayOutputStream(2_048);
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (line.size() == RecordJson.MAX_BYTES) {
                throw new IllegalStateException(place(number) + ": longer than " + RecordJson.MAX_BYTES + " bytes");
            }
            line.write(c);
        }
        return line.toByteArray();
    }

    private String place(long number) {
        return file + ":" + number;
    }

    @Override
    public Decoder decoder() {
        return new Plain();
    }

    @Override
    public void close() {}

    /** Nothing to unpack. */
    static final class Plain extends Decoder {
        @Override
        public byte[] json(Raw raw) {
            return raw.bytes();
        }

        @Override
        public void close() {}
    }
}
