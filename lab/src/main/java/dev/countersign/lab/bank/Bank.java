package dev.countersign.lab.bank;

import dev.countersign.client.Countersign;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;

/** The running bank. */
public final class Bank implements AutoCloseable {
    /** Largest body of any request, bytes. */
    static final int MAX_BODY_BYTES = 16 * 1024;

    /** A client that stops in the middle of a request for this long is cut off. */
    static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    private final WebServer listener;
    private final Accounts accounts;

    private Bank(WebServer listener, Accounts accounts) {
        this.listener = listener;
        this.accounts = accounts;
    }

    /** Opens the bank with the demo's accounts. */
    public static Bank start(BankSettings settings, InstantSource clock) {
        var countersign =
                Countersign.at(settings.issuer()).apiKey(settings.apiKey()).build();
        var accounts = Accounts.ofTheDemo();
        var orders = new Orders();
        var gate = new Gate(countersign, accounts, settings.enforcementPoint());
        var counter = new Counter(gate, orders, new BackOffice(accounts), settings.issuer(), clock);
        var routing = HttpRouting.builder();
        new BankPages(settings.issuer()).routes(routing);
        new BankApi(settings, gate, accounts, orders, counter).routes(routing);
        var listener = WebServer.builder()
                .host(settings.host())
                .port(settings.port())
                .addRouting(routing)
                .maxPayloadSize(MAX_BODY_BYTES)
                .useNio(false) // a channel's reads know no timeout
                .connectionOptions(socket -> socket.readTimeout(READ_TIMEOUT).tcpNoDelay(true))
                .shutdownHook(false)
                .build()
                .start();
        return new Bank(listener, accounts);
    }

    public int port() {
        return listener.port();
    }

    /** What is on the account now. Throws {@link java.util.NoSuchElementException} when there is none. */
    public BigDecimal balance(String iban) {
        return accounts.find(iban).orElseThrow().balance();
    }

    @Override
    public void close() {
        listener.stop();
    }
}
