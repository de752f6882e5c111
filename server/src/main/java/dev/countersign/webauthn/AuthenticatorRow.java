package dev.countersign.webauthn;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * One line of the page of authenticators. Public for the template.
 *
 * @param waits to be registered again
 */
public record AuthenticatorRow(String id, String label, String added, String lastUsed, boolean waits) {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.UK).withZone(ZoneOffset.UTC);

    static AuthenticatorRow of(Credential credential) {
        var used = credential.lastUsedAt();
        return new AuthenticatorRow(
                credential.id(),
                credential.label(),
                DAY.format(credential.createdAt()),
                used == null ? "never" : DAY.format(used),
                !credential.isUsable());
    }
}
