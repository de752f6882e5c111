package dev.countersign.tls;

import dev.countersign.key.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands in files that are replaced while we run. They are looked at when their content is needed, at most once in
 * {@link #PAUSE}, and compared by content: a file that was swapped by a link keeps its age. When they cannot be read, or say
 * nothing sensible (one of two was replaced, the other not yet), what they said before stays, and that is logged once.
 */
public final class Reloaded<T> {
    /** Between two looks. */
    public static final Duration PAUSE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Reloaded.class);

    private final List<Path> files;
    private final int maxBytes;
    private final Reading<T> reading;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile Held<T> held;
    private volatile long lookedAt;
    private String complainedOf = "";

    /**
     * Reads {@code files} for the first time. Throws {@link IllegalArgumentException} when that fails.
     *
     * @param maxBytes largest file, bytes
     */
    public Reloaded(List<Path> files, int maxBytes, Reading<T> reading) {
        this.files = List.copyOf(files);
        this.maxBytes = maxBytes;
        this.reading = reading;
        try {
            var bytes = read();
            held = new Held<>(hash(bytes), reading.read(bytes));
        } catch (IOException e) {
            throw new IllegalArgumentException(files + " cannot be read");
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException(files + ": " + reason(e));
        }
        lookedAt = System.nanoTime();
    }

    /** What the files say now. */
    public T current() {
        if (System.nanoTime() - lookedAt > PAUSE.toNanos() && looking.tryLock()) {
            try {
                look();
                lookedAt = System.nanoTime();
            } finally {
                looking.unlock();
            }
        }
        return held.value();
    }

    private void look() {
        var hash = "unreadable";
        try {
            var bytes = read();
            hash = hash(bytes);
            if (!hash.equals(held.hash())) {
                held = new Held<>(hash, reading.read(bytes));
                LOG.info("{} changed and were read again", files);
            }
            complainedOf = "";
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            if (!hash.equals(complainedOf)) {
                complainedOf = hash;
                LOG.warn("{} cannot be used, what they said before stays: {}", files, reason(e));
            }
        }
    }

    /** Texts of others are not logged: they could hold what the file holds. */
    private static @Nullable String reason(Exception e) {
        return e instanceof IllegalArgumentException
                ? e.getMessage()
                : e.getClass().getSimpleName();
    }

    private List<byte[]> read() throws IOException {
        var bytes = new ArrayList<byte[]>();
        for (var file : files) {
            if (Files.size(file) > maxBytes) {
                throw new IllegalArgumentException(file + " is larger than " + maxBytes + " bytes");
            }
            bytes.add(Files.readAllBytes(file));
        }
        return bytes;
    }

    private static String hash(List<byte[]> files) {
        var hashes = new StringBuilder();
        files.forEach(bytes -> hashes.append(Sha256.hex(bytes)).append('\n'));
        return hashes.toString();
    }

    /** Makes sense of the files, in their order. */
    @FunctionalInterface
    public interface Reading<T> {
        /** Throws {@link IllegalArgumentException} with one sentence that holds nothing of the files, or what the JDK throws. */
        T read(List<byte[]> files) throws GeneralSecurityException;
    }

    private record Held<T>(String hash, T value) {}
}
