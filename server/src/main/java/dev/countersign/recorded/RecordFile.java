package dev.countersign.recorded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;

/** Records as {@code policy records} exports them: JSON, one on each line. */
final class RecordFile implements RecordSource {
    private final Path file;

    RecordFile(Path file) {
        this.file = file;
    }

    /** All of them: when each was made is only known once it is decoded. */
    @Override
    public void each(Instant since, Consumer<Raw> reader) {
        var number = 1L;
        try (var in = Files.newInputStream(file)) {
            var lines = new Lines(in);
            for (var line = lines.next(); line != null; line = lines.next()) {
                if (line.length > 0) {
                    reader.accept(new Raw(place(number), line));
                }
                number++;
            }
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(place(number) + ": " + e.getMessage(), e);
        }
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
