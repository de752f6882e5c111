package dev.countersign.cli.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An ID token for a session (RFC 8693). */
final class TokenExchange {
    /** Largest file with an ID token, bytes. */
    static final int MAX_BYTES = 16 * 1024;

    private TokenExchange() {}

    /** The form for the token endpoint. The file is read anew each time: whatever fills it may have done so again. */
    static String grant(String client, Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ServerRefusal(file + ": larger than " + MAX_BYTES + " bytes");
            }
            return "grant_type=" + BrowserLogin.encode("urn:ietf:params:oauth:grant-type:token-exchange")
                    + "&subject_token_type=" + BrowserLogin.encode("urn:ietf:params:oauth:token-type:id_token")
                    + "&subject_token="
                    + BrowserLogin.encode(Files.readString(file).strip())
                    + "&client_id=" + BrowserLogin.encode(client);
        } catch (IOException e) {
            throw new ServerRefusal(file + ": cannot be read");
        }
    }
}
