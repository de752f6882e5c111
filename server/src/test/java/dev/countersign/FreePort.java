package dev.countersign;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** A port for a server of a test. */
public final class FreePort {
    private static final int LOWEST = 15_000;

    /** Outgoing connections have ports from 32,768 on (Linux): theirs would be taken again before the server starts. */
    private static final int BELOW_OUTGOING = 32_700;

    private FreePort() {}

    /** One that is free, and that no outgoing connection takes. */
    public static int any() {
        while (true) {
            var port = ThreadLocalRandom.current().nextInt(LOWEST, BELOW_OUTGOING);
            if (isFree(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
