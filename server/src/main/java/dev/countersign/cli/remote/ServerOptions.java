package dev.countersign.cli.remote;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server, and who asks it. */
public final class ServerOptions {
    @Option(names = "--server", required = true, paramLabel = "URL", description = "The server's public base URL.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    public URI server;

    @Option(
            names = "--client",
            paramLabel = "ID",
            defaultValue = "countersign-cli",
            description = "Client of the settings that this command is (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    public String client;

    @Option(
            names = "--redirect",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8411/callback",
            description = "The client's redirect URI, a port of this machine (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    public URI redirect;

    @Option(
            names = "--id-token",
            paramLabel = "FILE",
            description = "An ID token of the identity provider, exchanged once; without it you log in with a browser.")
    @Nullable
    public Path idToken;

    @Option(
            names = "--session",
            paramLabel = "FILE",
            description = "Keep the session's token and key here, mode 600, for the next command.")
    @Nullable
    public Path session;
}
