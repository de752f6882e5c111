package dev.countersign.lab.attack;

import static java.util.Objects.requireNonNull;

import dev.countersign.Countersign;
import dev.countersign.Settings;
import dev.countersign.evidence.Entry;
import dev.countersign.lab.bank.Bank;
import dev.countersign.lab.bank.BankSettings;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Visitor;
import dev.countersign.policy.PolicyLoadException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import no.nav.security.mock.oauth2.token.OAuth2TokenProvider;
import org.jspecify.annotations.Nullable;

/** A fresh Countersign, bank and identity provider on free ports in a temporary folder, with a clock that can be moved. */
final class Stage implements AutoCloseable {
    /** How long is waited for something to show up in the evidence. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Countersign, the identity provider, the bank. */
    private static final int PORTS = 3;

    private final SecureRandom random = new SecureRandom();
    private final MovableClock clock = new MovableClock();
    private final List<Entry> evidence = new CopyOnWriteArrayList<>();
    private final List<Integer> ports = freePorts();
    private final Path folder;
    private final String apiKey = randomText();
    private final MockOAuth2Server provider =
            new MockOAuth2Server(new OAuth2Config(true, null, null, false, new OAuth2TokenProvider(clock::instant)));
    private final Bank bank;
    private @Nullable Countersign countersign;

    private Stage(Path folder) throws IOException, PolicyLoadException {
        this.folder = folder;
        copy(home().resolve("policies/bank"), policies());
        provider.start(InetAddress.getLoopbackAddress(), ports.get(1));
        startCountersign();
        bank = Bank.start(new BankSettings(bank(), "localhost", ports.get(2), issuer(), "bank", "bank", apiKey), clock);
    }

    static Stage open() throws IOException, PolicyLoadException {
        return new Stage(Files.createTempDirectory("countersign-attack-"));
    }

    /** Starts Countersign, again on the same port and database. */
    void startCountersign() throws PolicyLoadException {
        var started = Countersign.start(settings(), clock);
        started.journal().listen(recorded -> evidence.add(recorded.entry()));
        countersign = started;
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

    /** Somebody freshly logged in at Countersign, with an authenticator. */
    Visitor person(Cast who) {
        var visitor = new Visitor(issuer(), clock, random);
        visitor.login(who.username(), who.claims());
        visitor.registerAuthenticator();
        return visitor;
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
        return URI.create("http://localhost:" + ports.getFirst());
    }

    URI bank() {
        return URI.create("http://localhost:" + ports.get(2));
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
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private Settings settings() {
        return new Settings(
                issuer(),
                "localhost",
                ports.getFirst(),
                folder.resolve("data"),
                null,
                null,
                null,
                null,
                policies(),
                home().resolve("transaction-types"),
                List.of(new Settings.IdentityProvider(
                        URI.create("http://localhost:" + ports.get(1) + "/attack"),
                        "countersign",
                        "the lab's secret",
                        List.of(),
                        "sub",
                        "groups")),
                List.of(new Settings.Client("bank", List.of(bank().resolve("/callback")), null)),
                List.of(new Settings.Enforcer("bank", sha256(apiKey), null, false)),
                new Settings.Webauthn("localhost", "Countersign", List.of(issuer())),
                Settings.Lifetimes.standard());
    }

    /** The launcher's {@code countersign.home}, or the nearest folder above the working one with the policies. */
    private static Path home() {
        var told = System.getProperty("countersign.home");
        if (told != null) {
            return Path.of(told);
        }
        for (var here = Path.of("").toAbsolutePath(); here != null; here = here.getParent()) {
            if (Files.isDirectory(here.resolve("policies/bank"))) {
                return here;
            }
        }
        throw new IllegalStateException("The policies that ship are not found; start with bin/countersign");
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }

    private static List<Integer> freePorts() {
        var open = new ArrayList<ServerSocket>();
        try {
            while (open.size() < PORTS) {
                open.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            var ports = open.stream().map(ServerSocket::getLocalPort).toList();
            for (var socket : open) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("There is no free port", e);
        }
    }

    private String randomText() {
        var bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }
}
