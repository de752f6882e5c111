package dev.countersign.cli;

import dev.countersign.CertificateSettings;
import dev.countersign.CertificateSettings.Authority;
import dev.countersign.CertificateSettings.Header;
import dev.countersign.CertificateSettings.Login;
import dev.countersign.CertificateSettings.NameKind;
import dev.countersign.CertificateSettings.Proxy;
import dev.countersign.Service;
import dev.countersign.TlsSettings;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what settings say of certificates and services. Throws Problem naming the member. */
final class CertificateSettingsReader {
    /** Authorities and proxies, at most. */
    static final int MAX = 100;

    private static final Set<String> NAMES = Set.of("subject_dn", "san_dns", "san_uri", "san_ip", "san_email");

    private final Path folder;

    CertificateSettingsReader(Path folder) {
        this.folder = folder;
    }

    CertificateSettings read(@Nullable Fields certificates) {
        if (certificates == null) {
            return CertificateSettings.NONE;
        }
        certificates.only(Set.of("authorities", "svids", "proxies", "max_session"));
        return new CertificateSettings(
                certificates.objects("authorities", MAX).stream()
                        .map(this::authority)
                        .toList(),
                certificates.flag("svids", false),
                certificates.objects("proxies", MAX).stream()
                        .map(CertificateSettingsReader::proxy)
                        .toList(),
                SettingsFile.duration(certificates, "max_session", CertificateSettings.MAX_SESSION));
    }

    private Authority authority(Fields authority) {
        authority.only(Set.of("name", "anchors", "crl"));
        var crl = authority.optionalText("crl");
        return new Authority(
                authority.text("name"),
                folder.resolve(authority.text("anchors")),
                crl == null ? null : folder.resolve(crl));
    }

    private static Proxy proxy(Fields proxy) {
        proxy.only(Set.of("name", "header", "secret_sha256", "certificate_sha256"));
        var header = proxy.oneOf("header", Set.of("client-cert", "x-forwarded-client-cert"));
        return new Proxy(
                proxy.text("name"),
                header.equals("client-cert") ? Header.CLIENT_CERT : Header.X_FORWARDED_CLIENT_CERT,
                matching(proxy, "secret_sha256", "[0-9a-f]{64}", "Expected 64 lower-case hex digits"),
                matching(proxy, "certificate_sha256", "[A-Za-z0-9_-]{43}", "Expected a SHA-256 in base64url"));
    }

    private static @Nullable String matching(Fields fields, String name, String pattern, String otherwise) {
        var text = fields.optionalText(name);
        if (text != null && !text.matches(pattern)) {
            throw Problem.invalid(fields.at(name), otherwise);
        }
        return text;
    }

    /** {@code tls.mutual}. */
    static TlsSettings.@Nullable Mutual mutual(@Nullable Fields mutual) {
        if (mutual == null) {
            return null;
        }
        mutual.only(Set.of("port", "url"));
        var url = SettingsFile.uri(mutual, "url");
        if (!"https".equals(url.getScheme()) || url.toString().endsWith("/")) {
            throw Problem.invalid(mutual.at("url"), "Expected an https URL with no slash at the end");
        }
        return new TlsSettings.Mutual(Math.toIntExact(mutual.integer("port", 0, 65_535)), url);
    }

    /** {@code clients[].certificate}. */
    static @Nullable Login login(@Nullable Fields login) {
        if (login == null) {
            return null;
        }
        login.only(Set.of("authority", "self_signed", "subject_dn", "san_dns", "san_uri", "san_ip", "san_email"));
        var given = NAMES.stream().filter(login::has).toList();
        var selfSigned = login.get("self_signed");
        if (selfSigned != null) {
            if (!given.isEmpty() || login.has("authority")) {
                throw Problem.invalid(login.at("self_signed"), "Nothing else counts beside certificates of its own");
            }
            return new Login.SelfSigned(selfSigned.isString() ? selfSigned.stringValue() : selfSigned.toString());
        }
        if (given.size() != 1) { // RFC 8705 §2.1.2
            throw Problem.invalid(
                    login.pointer(),
                    "Expected exactly one of " + NAMES.stream().sorted().toList());
        }
        var kind = Arrays.stream(NameKind.values())
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(given.getFirst()))
                .findFirst()
                .orElseThrow();
        return new Login.Named(login.text("authority"), kind, login.text(given.getFirst()));
    }

    /** {@code clients[].service}. */
    static @Nullable Service service(@Nullable Fields service, String client) {
        if (service == null) {
            return null;
        }
        service.only(Set.of("workload", "groups"));
        List<String> groups = SettingsFile.texts(service, "groups");
        return new Service(SettingsFile.orElse(service.optionalText("workload", 255), client), Set.copyOf(groups));
    }
}
