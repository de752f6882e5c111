package dev.countersign.recorded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Consumer;

/** Records as {@code policy records} exports them: JSON, one on each line. */
final class RecordFile implements RecordSource {
    /** Read at once, bytes: at least one line of the largest record, so that a line that never ends is noticed. */
    private static final int BLOCK = 2 * RecordJson.MAX_BYTES;

    private final Path file;

    RecordFile(Path file) {
        this.file = file;
    }

    /** All of them: when each was made is only known once it is decoded. */
    @Override
    public void each(Instant since, Consumer<Raw> reader) {
        try (var in = Files.newInputStream(file)) {
            read(in, reader);
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }

    private void read(InputStream in, Consumer<Raw> reader) throws IOException {
        var buffer = new byte[BLOCK];
        var held = 0;
        var line = 1L;
        while (true) {
            var end = held + in.readNBytes(buffer, held, BLOCK - held);
            var last = end < BLOCK;
            var cut = last ? end : afterLastLineFeed(buffer);
            if (cut == 0 && !last) {
                throw new IllegalStateException(file + ":" + line + ": longer than " + RecordJson.MAX_BYTES + " bytes");
            }
            var text = Arrays.copyOf(buffer, cut);
            reader.accept(new Raw(file.toString(), line, text));
            if (last) {
                return;
            }
            line += RecordLines.count(text);
            held = BLOCK - cut;
            System.arraycopy(buffer, cut, buffer, 0, held);
        }
    }

    private static int afterLastLineFeed(byte[] full) {
        for (var i = full.length; i > 0; i--) {
            if (full[i - 1] == '\n') {
                return i;
            }
        }
        return 0;
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
        byte[] text(Raw raw) {
            return raw.bytes();
        }

        @Override
        public void close() {}
    }
}
