package dev.countersign.lab.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Three ports in a row: Countersign, the identity provider, the bank. */
public record Ports(int countersign, int provider, int bank) {
    /** The first of the demo's ports, unless told otherwise. */
    static final int BASE = 8400;

    /** How far a free row is looked for. */
    static final int MAX_TRIES = 100;

    private static final int LOWEST = 15_000;

    /** Outgoing connections have ports from 32,768 on (Linux) or 49,152 on (RFC 6335 §6). */
    private static final int BELOW_OUTGOING = 32_700;

    /** The first free row at {@code base} or above it. */
    static Ports from(int base) {
        return IntStream.range(0, MAX_TRIES)
                .map(step -> base + 10 * step)
                .filter(first -> first + 2 <= 65_535 && isFree(first) && isFree(first + 1) && isFree(first + 2))
                .mapToObj(first -> new Ports(first, first + 1, first + 2))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No three free ports in a row from " + base + " on"));
    }

    /**
     * Any three that are free. Below the ports from which the machine takes those of outgoing connections: one of these would be
     * taken again by anybody's connection before it is used here.
     */
    public static Ports any() {
        var random = ThreadLocalRandom.current();
        for (var i = 0; i < MAX_TRIES; i++) {
            var first = random.nextInt(LOWEST, BELOW_OUTGOING);
            if (isFree(first) && isFree(first + 1) && isFree(first + 2)) {
                return new Ports(first, first + 1, first + 2);
            }
        }
        throw new IllegalStateException("No three free ports in a row after " + MAX_TRIES + " tries");
    }

    /** Countersign's public address. */
    public URI issuer() {
        return local(countersign);
    }

    /** The bank's address. */
    public URI bankAddress() {
        return local(bank);
    }

    private static URI local(int port) {
        return URI.create("http://localhost:" + port);
    }

    private static boolean isFree(int port) {
        try (var socket = socket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static ServerSocket socket(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}
