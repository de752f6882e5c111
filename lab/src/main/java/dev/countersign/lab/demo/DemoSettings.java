package dev.countersign.lab.demo;

import dev.countersign.GrantSettings;
import dev.countersign.Settings;
import dev.countersign.lab.bank.BankSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** How Countersign and the bank are set up for one another: the bank is client and enforcement point, with an API key. */
public final class DemoSettings {
    private static final String HOST = "localhost";
    private static final String BANK = "bank";
    private static final int KEY_BYTES = 32;

    private DemoSettings() {}

    /** Countersign's. */
    public static Settings of(Ports ports, URI provider, Path data, Path policies, String apiKey) {
        return new Settings(
                ports.issuer(),
                HOST,
                ports.countersign(),
                data,
                null,
                null,
                null,
                null,
                Settings.Policies.of(policies),
                Home.find().resolve("transaction-types"),
                List.of(new Settings.IdentityProvider(
                        provider, "countersign", "the lab's secret", List.of(BANK), "sub", "groups")),
                List.of(new Settings.Client(
                        BANK,
                        List.of(ports.bankAddress().resolve("/callback")),
                        null,
                        GrantSettings.PLAIN.withRefresh())),
                List.of(new Settings.Enforcer(BANK, sha256(apiKey), null, Set.of())),
                new Settings.Webauthn(HOST, "Countersign", List.of(ports.issuer())),
                Settings.Lifetimes.standard());
    }

    /** The bank's. */
    public static BankSettings bank(Ports ports, String apiKey) {
        return new BankSettings(ports.bankAddress(), HOST, ports.bank(), ports.issuer(), BANK, BANK, apiKey);
    }

    /** A new API key. */
    public static String randomKey(SecureRandom random) {
        var bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** As an operator computes it from the key ({@code sha256sum}). */
    public static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
