package dev.countersign.lab.demo;

import dev.countersign.Countersign;
import dev.countersign.evidence.Journal;
import dev.countersign.evidence.Journal.Recorded;
import dev.countersign.lab.bank.Bank;
import dev.countersign.lab.person.Visitor;
import dev.countersign.policy.PolicyLoadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * An identity provider, Countersign and the bank on this machine, as real as on three. The demo, the attack lab, the
 * benchmarks and the browser tests run on it.
 */
public final class DemoDeployment implements AutoCloseable {
    private final Ports ports;
    private final Path data;
    private final String apiKey;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final DemoProvider provider;
    private final Countersign countersign;
    private final Bank bank;

    private DemoDeployment(Ports ports, Path data, InstantSource clock) {
        this.ports = ports;
        this.data = data;
        this.clock = clock;
        this.apiKey = DemoSettings.randomKey(random);
        try {
            provider = opened(DemoProvider.start(ports.provider(), data.resolve("provider")));
            countersign = opened(Countersign.start(
                    DemoSettings.of(ports, provider.issuer(), data, Home.find().resolve("policies/bank"), apiKey),
                    clock));
            bank = opened(Bank.start(DemoSettings.bank(ports, apiKey), clock));
        } catch (PolicyLoadException e) {
            close();
            throw new IllegalStateException(e.getMessage(), e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Starts everything on any free ports, in a new temporary folder. */
    public static DemoDeployment start() {
        return start(Ports.any(), temporaryFolder(), InstantSource.system());
    }

    static DemoDeployment start(Ports ports, Path data, InstantSource clock) {
        return new DemoDeployment(ports, data, clock);
    }

    static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("countersign-demo-");
        } catch (IOException e) {
            throw new UncheckedIOException("There is no temporary folder", e);
        }
    }

    /** Countersign's address. */
    public URI issuer() {
        return ports.issuer();
    }

    /** The bank's address. */
    public URI bank() {
        return ports.bankAddress();
    }

    /** The identity provider's issuer. */
    public URI provider() {
        return provider.issuer();
    }

    /** The key with which the bank asks: for labs that speak to Countersign as the bank does. */
    public String apiKey() {
        return apiKey;
    }

    public Path data() {
        return data;
    }

    /** The embedded database. */
    public Path database() {
        return data.resolve("countersign.db");
    }

    public Journal journal() {
        return countersign.journal();
    }

    /** Tells {@code listener} everything that is recorded, until this closes. */
    void listen(Consumer<Recorded> listener) {
        opened(countersign.journal().listen(listener));
    }

    public String verifierKey() {
        return countersign.verifierKey();
    }

    /** The running bank, for looking at balances. */
    public Bank counter() {
        return bank;
    }

    /** Somebody at a browser who has not gone anywhere yet. */
    public Visitor visitor() {
        return new Visitor(issuer(), clock, random);
    }

    /** A new visitor who logged in. */
    public Visitor logIn(Cast who) {
        var visitor = visitor();
        visitor.login(who.username(), who.claims());
        return visitor;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("The demo could not be closed", e);
            }
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }
}
