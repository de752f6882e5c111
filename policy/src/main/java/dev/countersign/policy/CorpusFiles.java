package dev.countersign.policy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The files of a corpus, name → text, from a folder or a {@code .tar.gz}. Nothing is written to disk. */
final class CorpusFiles {
    /** Most files and folders. */
    static final int MAX_ENTRIES = 200_000;

    /** Largest file, bytes, unpacked. */
    static final int MAX_FILE_BYTES = 10 * 1024 * 1024;

    /** Largest corpus, bytes, unpacked: so much is held in memory. */
    static final long MAX_TOTAL_BYTES = 512L * 1024 * 1024;

    private final Map<String, String> files = new TreeMap<>();
    private long bytes;
    private int entries;

    private CorpusFiles() {}

    /** Reads {@code place}. Throws {@link IOException} with what is wrong, also over a limit. */
    static Map<String, String> read(Path place) throws IOException {
        var corpus = new CorpusFiles();
        if (Files.isDirectory(place)) {
            corpus.readFolder(place);
        } else {
            try (var in = Files.newInputStream(place)) {
                corpus.readArchive(in);
            }
        }
        return corpus.files;
    }

    private void readFolder(Path folder) throws IOException {
        try (var found = Files.walk(folder)) {
            for (var file : (Iterable<Path>) found::iterator) {
                count();
                var name = folder.relativize(file).toString().replace('\\', '/');
                if (isPart(name) && Files.isRegularFile(file)) {
                    try (var in = Files.newInputStream(file)) {
                        put(name, in);
                    }
                }
            }
        }
    }

    private void readArchive(InputStream in) throws IOException {
        try (var archive = new TarArchiveInputStream(new GZIPInputStream(new BufferedInputStream(in), 1 << 16))) {
            for (var entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                count();
                var name = inside(entry);
                if (isPart(name) && entry.isFile()) {
                    put(name, archive);
                }
            }
        }
    }

    /** The entry's name, which must stay inside the archive; links could lead out of it. */
    private static String inside(TarArchiveEntry entry) throws IOException {
        var name = entry.getName();
        if (name.startsWith("/") || Path.of(name).normalize().startsWith("..") || name.contains("\\")) {
            throw new IOException("the archive names a file outside itself: " + name);
        }
        if (entry.isLink() || entry.isSymbolicLink()) {
            throw new IOException("the archive holds a link: " + name);
        }
        return Path.of(name).normalize().toString();
    }

    private static boolean isPart(String name) {
        return name.endsWith(".json") || name.endsWith(".cedar") || name.endsWith(".cedarschema");
    }

    private void count() throws IOException {
        if (++entries > MAX_ENTRIES) {
            throw new IOException("more than " + MAX_ENTRIES + " files");
        }
    }

    private void put(String name, InputStream in) throws IOException {
        var content = in.readNBytes(MAX_FILE_BYTES + 1);
        bytes += content.length;
        if (content.length > MAX_FILE_BYTES) {
            throw new IOException(name + " is larger than " + MAX_FILE_BYTES + " bytes");
        }
        if (bytes > MAX_TOTAL_BYTES) {
            throw new IOException("larger than " + MAX_TOTAL_BYTES + " bytes in all");
        }
        if (files.put(name, new String(content, StandardCharsets.UTF_8)) != null) {
            throw new IOException("the archive holds " + name + " twice");
        }
    }
}
