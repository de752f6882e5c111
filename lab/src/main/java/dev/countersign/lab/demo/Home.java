package dev.countersign.lab.demo;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the policies and transaction types that ship are. */
public final class Home {
    private Home() {}

    /** The launcher's {@code countersign.home}, or the nearest folder above the working one that holds them. */
    public static Path find() {
        var told = System.getProperty("countersign.home");
        if (told != null) {
            return Path.of(told);
        }
        for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("policies/bank"))) {
                return folder;
            }
        }
        throw new IllegalStateException("The policies that ship are not found; start with bin/countersign");
    }
}
