package dev.countersign.lab.tls;

import dev.countersign.Countersign;
import dev.countersign.DbscSettings;
import dev.countersign.Settings;
import dev.countersign.TlsSettings;
import dev.countersign.evidence.Entry;
import dev.countersign.lab.demo.Home;
import dev.countersign.lab.demo.Ports;
import dev.countersign.policy.PolicyLoadException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import no.nav.security.mock.oauth2.token.OAuth2TokenProvider;

/** Countersign over HTTPS with an identity provider, in a temporary folder: where browsers bind their cookies. */
public final class HttpsDeployment implements AutoCloseable {
    /** How long is waited for something to show up in the evidence. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Ports ports = Ports.any();
    private final Path folder;
    private final LocalAuthority authority;
    private final MockOAuth2Server provider;
    private final Countersign countersign;
    private final List<Entry> evidence = new CopyOnWriteArrayList<>();

    private HttpsDeployment(Path folder, DbscSettings dbsc, InstantSource clock, SecureRandom random)
            throws IOException, PolicyLoadException {
        this.folder = folder;
        authority = LocalAuthority.create(folder, random);
        provider = new MockOAuth2Server(
                new OAuth2Config(true, null, null, false, new OAuth2TokenProvider(clock::instant)));
        provider.start(InetAddress.getLoopbackAddress(), ports.provider());
        countersign = Countersign.start(settings(dbsc), clock);
        countersign.journal().listen(recorded -> evidence.add(recorded.entry()));
    }

    /** Starts one on free ports. */
    public static HttpsDeployment start(DbscSettings dbsc, InstantSource clock, SecureRandom random)
            throws IOException, PolicyLoadException {
        return new HttpsDeployment(Files.createTempDirectory("countersign-https-"), dbsc, clock, random);
    }

    private Settings settings(DbscSettings dbsc) {
        return new Settings(
                        issuer(),
                        "localhost",
                        ports.countersign(),
                        folder.resolve("data"),
                        null,
                        null,
                        null,
                        null,
                        Settings.Policies.of(Home.find().resolve("policies/bank")),
                        Home.find().resolve("transaction-types"),
                        List.of(new Settings.IdentityProvider(
                                URI.create("http://localhost:" + ports.provider() + "/people"),
                                "countersign",
                                "the lab's secret",
                                List.of(),
                                "sub",
                                "groups")),
                        List.of(new Settings.Client("bank", List.of(callback()), null)),
                        List.of(),
                        new Settings.Webauthn("localhost", "Countersign", List.of(issuer())),
                        Settings.Lifetimes.standard())
                .with(new TlsSettings(authority.certificate(), authority.key()))
                .with(dbsc);
    }

    /** Countersign's address. */
    public URI issuer() {
        return URI.create("https://localhost:" + ports.countersign());
    }

    /** Where the client {@code bank} gets its codes; nobody answers there. */
    public URI callback() {
        return ports.bankAddress().resolve("/callback");
    }

    public LocalAuthority authority() {
        return authority;
    }

    /** Entries of a kind so far. */
    public List<Entry> evidenceOf(String kind) {
        return evidence.stream().filter(entry -> entry.kind().equals(kind)).toList();
    }

    /** True once the evidence shows such an entry. */
    public boolean shows(Predicate<Entry> entry) throws InterruptedException {
        for (var end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; Thread.sleep(20)) {
            if (evidence.stream().anyMatch(entry)) {
                return true;
            }
        }
        return false;
    }

    /** True once the evidence shows an entry of this kind. */
    public boolean showsKind(String kind) throws InterruptedException {
        return shows(entry -> entry.kind().equals(kind));
    }

    @Override
    public void close() throws IOException {
        countersign.close();
        provider.shutdown();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
