package dev.countersign.cli.approve;

import dev.countersign.cli.remote.PrivateFile;
import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.client.SoftwareAuthenticator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Set;

/** A software authenticator in a file that only its owner may read. */
final class KeyFile {
    /** Largest file, bytes. */
    static final int MAX_BYTES = 64 * 1024;

    private static final Set<PosixFilePermission> OF_OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final Path file;

    KeyFile(Path file) {
        this.file = file;
    }

    boolean exists() {
        return Files.exists(file);
    }

    SoftwareAuthenticator read() {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains)) {
                throw new ServerRefusal(file + ": others may read it (chmod 600)");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new ServerRefusal(file + ": larger than " + MAX_BYTES + " bytes");
            }
            return SoftwareAuthenticator.read(Files.readString(file), new SecureRandom());
        } catch (IOException e) {
            throw new ServerRefusal(file + ": cannot be read");
        } catch (IllegalArgumentException e) {
            throw new ServerRefusal(file + ": holds no keys of a software authenticator");
        }
    }

    /** Keeps the counter too: an authenticator whose counter stands still looks like a copy (WebAuthn L3 §6.1.1). */
    void write(SoftwareAuthenticator authenticator) {
        PrivateFile.replace(file, authenticator.write());
    }
}
