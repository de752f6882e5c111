package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Hop;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Countersign away or kept busy. */
final class OutageAttacks {
    /** An answer within this time counts as bounded. */
    private static final Duration BOUND = Duration.ofSeconds(5);

    /** A client that stalls is cut off within this time. */
    private static final Duration CUT_OFF = Duration.ofSeconds(45);

    private static final int IDLE_CONNECTIONS = 1_000;
    private static final int NESTING = 10_000;
    private static final int LARGE_BODY_BYTES = 10 * 1024 * 1024;

    private OutageAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack("S47", "Decision service away", OutageAttacks::away),
                new Attack(
                        "S50",
                        "10 MB body, 10,000 nested arrays, slow client, 1,000 idle connections",
                        OutageAttacks::busy));
    }

    private static Finding away(Stage stage) throws Exception {
        var alice = stage.customer(Cast.ALICE);
        var notes = new Notes();
        var transfers = stage.bank().resolve("/api/transfers");
        var before = stage.books().balance(Asking.ACCOUNT);
        stage.stopCountersign();
        var start = System.nanoTime();
        var refused = alice.call("POST", transfers, Payments.body("outage-0001", "50.00", "EUR", "ACME GmbH"));
        var took = Duration.ofNanos(System.nanoTime() - start);
        notes.attempt(
                "transfer during the outage",
                refused.status() == 503
                        && took.compareTo(BOUND) < 0
                        && before.compareTo(stage.books().balance(Asking.ACCOUNT)) == 0,
                "bank: " + Thief.code(refused));
        stage.startCountersign();
        var again = alice.call("POST", transfers, Payments.body("outage-0001", "50.00", "EUR", "ACME GmbH"));
        notes.honest("the same transfer afterwards", Payments.executed(again));
        return notes.finding(false); // nobody was there to record it
    }

    private static Finding busy(Stage stage) throws Exception {
        var alice = stage.customer(Cast.ALICE);
        var bank = new Asking(stage);
        var notes = new Notes();
        var accounts = stage.bank().resolve("/api/accounts");
        Supplier<Boolean> served = () -> alice.call("GET", accounts, "").isSuccess();

        var slow = CompletableFuture.supplyAsync(() -> stalls(stage), Thread::startVirtualThread);
        var nested = bank.send("[".repeat(NESTING) + "]".repeat(NESTING));
        notes.attempt("nested arrays", nested.status() == 400, "nested: " + nested.status());
        var large = large(stage);
        notes.attempt("10 MB body", large.equals("413") || large.equals("cut off"), "10 MB: " + large);

        var idle = new ArrayList<Socket>();
        try {
            for (var i = 0; i < IDLE_CONNECTIONS; i++) {
                idle.add(connect(stage));
            }
            var start = System.nanoTime();
            var ok = served.get();
            var took = Duration.ofNanos(System.nanoTime() - start);
            notes.attempt("idle connections", ok && took.compareTo(BOUND) < 0, "idle connections hold nobody up");
        } finally {
            for (var socket : idle) {
                socket.close();
            }
        }
        notes.attempt("slow client", slow.get(), "slow client cut off");
        notes.honest("read afterwards", served.get());
        Hop honest = bank.ask(alice, Asking.READ);
        notes.honest("a question of ordinary size", bank.permitted(honest));
        return notes.finding(false); // what never was a question leaves no evidence
    }

    private static Socket connect(Stage stage) throws IOException {
        return new Socket(stage.issuer().getHost(), stage.issuer().getPort());
    }

    private static byte[] head(Stage stage, long length) {
        return ("POST /access/v1/evaluation HTTP/1.1\r\nHost: " + stage.issuer().getAuthority()
                        + "\r\nAuthorization: Bearer " + stage.apiKey()
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The status, or how it ended: the server may close before it has read everything. */
    private static String large(Stage stage) throws IOException {
        try (var socket = connect(stage)) {
            socket.setSoTimeout((int) CUT_OFF.toMillis());
            var out = socket.getOutputStream();
            out.write(head(stage, LARGE_BODY_BYTES));
            out.flush();
            var sender = Thread.startVirtualThread(() -> {
                try {
                    out.write(new byte[LARGE_BODY_BYTES]);
                } catch (IOException e) {
                    Thread.currentThread().interrupt(); // the server hung up, which is what it should
                }
            });
            var answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            sender.interrupt();
            return answer.length() == 12 ? answer.substring(9) : "cut off";
        } catch (SocketTimeoutException e) {
            return "hangs";
        } catch (IOException e) {
            return "cut off";
        }
    }

    /** Sends half a request and waits. True when the server ends it in time. */
    private static boolean stalls(Stage stage) {
        try (var socket = connect(stage)) {
            socket.setSoTimeout((int) CUT_OFF.toMillis());
            socket.getOutputStream().write(head(stage, 100));
            socket.getOutputStream().write('{');
            socket.getOutputStream().flush();
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }
}
