package dev.countersign.lab.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;

/** A mock OpenID provider, whose login page names the demo's people. Anybody may be anybody there: it is a mock. */
final class DemoProvider implements AutoCloseable {
    private static final String NAME = "demo";
    private static final String PAGE = "/demo/login.html";

    private final MockOAuth2Server server;
    private final URI issuer;

    private DemoProvider(MockOAuth2Server server, URI issuer) {
        this.server = server;
        this.issuer = issuer;
    }

    /** @param folder where the login page is put, since the provider reads it from a file */
    static DemoProvider start(int port, Path folder) {
        try {
            var page = folder.resolve("login.html");
            try (var resource = DemoProvider.class.getResourceAsStream(PAGE)) {
                if (resource == null) {
                    throw new IllegalStateException("The lab's build lacks " + PAGE);
                }
                Files.createDirectories(folder);
                Files.write(page, resource.readAllBytes());
            }
            var server = new MockOAuth2Server(new OAuth2Config(true, page.toString()));
            server.start(InetAddress.getLoopbackAddress(), port);
            return new DemoProvider(server, URI.create("http://localhost:" + port + "/" + NAME));
        } catch (IOException e) {
            throw new UncheckedIOException("The identity provider cannot start", e);
        }
    }

    URI issuer() {
        return issuer;
    }

    @Override
    public void close() {
        server.shutdown();
    }
}
