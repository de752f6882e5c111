package dev.countersign.lab.attack;

import static java.util.Objects.requireNonNull;

import dev.countersign.Countersign;
import dev.countersign.Settings;
import dev.countersign.evidence.Entry;
import dev.countersign.lab.bank.Bank;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.demo.DemoSettings;
import dev.countersign.lab.demo.Home;
import dev.countersign.lab.demo.Ports;
import dev.countersign.lab.person.Visitor;
import dev.countersign.policy.PolicyLoadException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import no.nav.security.mock.oauth2.token.OAuth2TokenProvider;
import org.jspecify.annotations.Nullable;

/** A fresh Countersign, bank and identity provider on free ports in a temporary folder, with a clock that can be moved. */
final class Stage implements AutoCloseable {
    /** How long is waited for something to show up in the evidence. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final SecureRandom random = new SecureRandom();
    private final MovableClock clock = new MovableClock();
    private final List<Entry> evidence = new CopyOnWriteArrayList<>();
    private final Ports ports = Ports.any();
    private final Path folder;
    private final String apiKey = DemoSettings.randomKey(random);
    private final MockOAuth2Server provider =
            new MockOAuth2Server(new OAuth2Config(true, null, null, false, new OAuth2TokenProvider(clock::instant)));
    private final TokenIssuers issuers = new TokenIssuers();
    private final SignalSource signals;
    private final Bank bank;
    private @Nullable Countersign countersign;
    private UnaryOperator<Settings> change = UnaryOperator.identity();

    private Stage(Path folder) throws IOException, PolicyLoadException {
        this.folder = folder;
        copy(Home.find().resolve("policies/bank"), policies());
        provider.start(InetAddress.getLoopbackAddress(), ports.provider());
        signals = new SignalSource(clock);
        startCountersign();
        bank = Bank.start(DemoSettings.bank(ports, apiKey), clock);
    }

    static Stage open() throws IOException, PolicyLoadException {
        return new Stage(Files.createTempDirectory("countersign-attack-"));
    }

    /** Starts Countersign, again on the same port and database. */
    void startCountersign() throws PolicyLoadException {
        countersign = started(change.apply(settings()));
    }

    private Countersign started(Settings settings) throws PolicyLoadException {
        var started = Countersign.start(settings, clock);
        started.journal().listen(recorded -> evidence.add(recorded.entry()));
        return started;
    }

    /** Restarts Countersign with changed settings; they stay so on this stage. */
    void restart(UnaryOperator<Settings> with) throws PolicyLoadException {
        var before = change;
        change = settings -> with.apply(before.apply(settings));
        stopCountersign();
        startCountersign();
    }

    /** Restarts Countersign on another, empty database. */
    void onDatabase(String url) throws PolicyLoadException {
        restart(settings -> ChangedSettings.database(settings, url));
    }

    /** Another node of the same deployment beside the first; needs a database that several nodes share. */
    Node secondNode() throws PolicyLoadException {
        var port = Ports.any().countersign();
        return new Node(
                URI.create("http://localhost:" + port), started(ChangedSettings.port(change.apply(settings()), port)));
    }

    /** @param address where it listens; its issuer is the deployment's */
    record Node(URI address, Countersign server) implements AutoCloseable {
        @Override
        public void close() {
            server.close();
        }
    }

    void stopCountersign() {
        requireNonNull(countersign).close();
        countersign = null;
    }

    /** Somebody freshly logged in at the bank. */
    Visitor customer(Cast who) {
        var visitor = person(who);
        visitor.openBank(bank());
        return visitor;
    }

    /** Somebody logged in at the bank once more, without another authenticator. */
    Visitor returning(Cast who) {
        var visitor = visitor(who);
        visitor.openBank(bank());
        return visitor;
    }

    /** Somebody freshly logged in at Countersign. */
    Visitor visitor(Cast who) {
        var visitor = visitor();
        visitor.login(who.username(), who.claims());
        return visitor;
    }

    /** Somebody freshly logged in at Countersign, with an authenticator. */
    Visitor person(Cast who) {
        var visitor = visitor(who);
        visitor.registerAuthenticator();
        return visitor;
    }

    /** Somebody at a browser who has not gone anywhere yet. */
    Visitor visitor() {
        return new Visitor(issuer(), clock, random);
    }

    /** The identity provider's issuer. */
    URI provider() {
        return URI.create("http://localhost:" + ports.provider() + "/attack");
    }

    /** What the identity provider tells of accounts and devices. */
    SignalSource signals() {
        return signals;
    }

    /** Somebody of these groups, with an authenticator. */
    Visitor member(String name, String... groups) {
        var visitor = new Visitor(issuer(), clock, random);
        visitor.login(name, Map.of("groups", List.of(groups)));
        visitor.registerAuthenticator();
        return visitor;
    }

    /** A folder of its own with these packs of {@code all}. */
    Path packs(Path all, String... names) throws IOException {
        var packs = folder.resolve("packs");
        for (var name : names) {
            copy(all.resolve(name), packs.resolve(name));
        }
        return packs;
    }

    /** True once the evidence shows such an entry. */
    boolean shows(Predicate<Entry> entry) throws InterruptedException {
        for (var end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; Thread.sleep(20)) {
            if (evidence.stream().anyMatch(entry)) {
                return true;
            }
        }
        return false;
    }

    /** True once the evidence shows a refusal with this reason code. */
    boolean showsRefusal(String code) throws InterruptedException {
        return shows(entry -> entry.kind().equals("decision")
                && code.equals(entry.members().get("code"))
                && Boolean.FALSE.equals(entry.members().get("decision")));
    }

    boolean showsKind(String kind) throws InterruptedException {
        return shows(entry -> entry.kind().equals(kind));
    }

    /** Entries of a kind so far. */
    List<Entry> evidenceOf(String kind) {
        return evidence.stream().filter(entry -> entry.kind().equals(kind)).toList();
    }

    void pass(Duration time) {
        clock.pass(time);
    }

    MovableClock clock() {
        return clock;
    }

    URI issuer() {
        return ports.issuer();
    }

    /** Whose tokens Countersign takes beside the provider's. */
    TokenIssuers issuers() {
        return issuers;
    }

    URI bank() {
        return ports.bankAddress();
    }

    Bank books() {
        return bank;
    }

    String apiKey() {
        return apiKey;
    }

    String verifierKey() {
        return requireNonNull(countersign).verifierKey();
    }

    /** This stage's own policies: may be changed. */
    Path policies() {
        return folder.resolve("policies");
    }

    Path database() {
        return folder.resolve("data/countersign.db");
    }

    @Override
    public void close() throws IOException {
        bank.close();
        if (countersign != null) {
            stopCountersign();
        }
        provider.shutdown();
        issuers.close();
        signals.close();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private Settings settings() {
        return DemoSettings.of(ports, provider(), folder.resolve("data"), policies(), apiKey)
                .with(signals.settings(provider()))
                .with(issuers.doors())
                .with(AddressBooks.in(folder));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }
}
