package dev.countersign.policy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Reads the regular files of a {@code .tar.gz} (POSIX ustar) whole: name → text. */
final class TarArchive {
    private static final int BLOCK = 512;

    private TarArchive() {}

    static Map<String, String> read(InputStream gzipped) throws IOException {
        var files = new HashMap<String, String>();
        try (var in = new DataInputStream(new GZIPInputStream(gzipped, 1 << 16))) {
            var header = new byte[BLOCK];
            for (in.readFully(header); header[0] != 0; in.readFully(header)) {
                var name = text(header, 0, 100);
                var size = Integer.parseInt(text(header, 124, 12).strip(), 8);
                var content = in.readNBytes(size);
                in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
                if (header[156] == '0' || header[156] == 0) {
                    files.put(name, new String(content, StandardCharsets.UTF_8));
                }
            }
        }
        return files;
    }

    private static String text(byte[] header, int offset, int length) {
        var end = offset;
        while (end < offset + length && header[end] != 0) {
            end++;
        }
        return new String(header, offset, end - offset, StandardCharsets.US_ASCII);
    }
}
