package dev.countersign.cli;

import dev.countersign.DoorSettings;
import dev.countersign.OutboundSettings;
import dev.countersign.Settings;
import dev.countersign.Settings.Client;
import dev.countersign.Settings.Enforcer;
import dev.countersign.Settings.IdentityProvider;
import dev.countersign.Settings.Misfits;
import dev.countersign.Settings.Policies;
import dev.countersign.Settings.Right;
import dev.countersign.Settings.Webauthn;
import dev.countersign.TlsSettings;
import dev.countersign.decision.OwnDecisions;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundHttp;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads {@link Settings} from a YAML file. Relative folders are relative to the file; unknown members are refused; a
 * secret may be written as {@code env:NAME} and is then taken from the environment.
 */
public final class SettingsFile {
    /** Largest settings file, bytes. */
    static final int MAX_BYTES = 1 << 20;

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path folder;
    private final Map<String, String> environment;

    private SettingsFile(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** Reads {@code file}. Throws {@link InvalidSettings} with the file, the member and the reason. */
    public static Settings read(Path file, Map<String, String> environment) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new InvalidSettings(file + ": larger than " + MAX_BYTES + " bytes");
            }
            var folder = file.toAbsolutePath().getParent();
            var tree = YAML.readTree(Files.readAllBytes(file));
            return new SettingsFile(folder == null ? Path.of("") : folder, environment).settings(Fields.of(tree, ""));
        } catch (IOException e) {
            throw new InvalidSettings(file + ": cannot be read");
        } catch (JacksonException e) {
            throw new InvalidSettings(file + ": " + e.getOriginalMessage());
        } catch (Problem e) {
            throw new InvalidSettings(file + ": " + e.extensions().get("pointer") + ": " + e.detail());
        } catch (IllegalArgumentException e) { // two parts of the settings that do not fit each other
            throw new InvalidSettings(file + ": " + e.getMessage());
        }
    }

    private Settings settings(Fields root) {
        root.only(Set.of(
                "issuer",
                "host",
                "port",
                "data",
                "database",
                "master_key",
                "policies",
                "transaction_types",
                "identity_providers",
                "clients",
                "enforcement_points",
                "webauthn",
                "lifetimes",
                "tls",
                "doors",
                "signals",
                "surroundings",
                "outbound",
                "dbsc",
                "certificates",
                "notifications",
                "offline_keys"));
        var issuer = issuer(root);
        var database = root.optionalObject("database");
        var providers = root.objects("identity_providers", 100).stream()
                .map(this::provider)
                .toList();
        return new Settings(
                issuer,
                orElse(root.optionalText("host"), "127.0.0.1"),
                root.has("port") ? Math.toIntExact(root.integer("port", 0, 65_535)) : 8080,
                folder.resolve(orElse(root.optionalText("data"), "data")),
                database == null ? null : database.text("url"),
                database == null ? null : secret(database, "user"),
                database == null ? null : secret(database, "password"),
                secret(root, "master_key"),
                policies(root),
                folder.resolve(root.text("transaction_types")),
                providers,
                root.objects("clients", 1_000).stream().map(this::client).toList(),
                root.objects("enforcement_points", 1_000).stream()
                        .map(this::enforcer)
                        .toList(),
                webauthn(root.optionalObject("webauthn"), issuer),
                GrantSettingsReader.lifetimes(root.optionalObject("lifetimes")),
                tls(root.optionalObject("tls")),
                doors(root.optionalObject("doors")),
                new SignalSettingsReader(this).read(root.optionalObject("signals"), root.objects("clients", 1_000)),
                SurroundingsSettingsReader.read(root.optionalObject("surroundings"), folder),
                outbound(root.optionalObject("outbound")),
                DbscSettingsReader.read(root.optionalObject("dbsc")),
                new CertificateSettingsReader(folder).read(root.optionalObject("certificates")),
                new NotificationSettingsReader(this).read(root.optionalObject("notifications")),
                OfflineSettingsReader.read(root.optionalObject("offline_keys")));
    }

    private @Nullable TlsSettings tls(@Nullable Fields tls) {
        if (tls == null) {
            return null;
        }
        tls.only(Set.of("certificate", "key", "mutual"));
        return new TlsSettings(
                folder.resolve(tls.text("certificate")),
                folder.resolve(tls.text("key")),
                CertificateSettingsReader.mutual(tls.optionalObject("mutual")));
    }

    private DoorSettings doors(@Nullable Fields doors) {
        return doors == null ? DoorSettings.NONE : new DoorSettingsReader(folder).read(doors);
    }

    private static OutboundSettings outbound(@Nullable Fields outbound) {
        if (outbound == null) {
            return OutboundSettings.NONE;
        }
        outbound.only(Set.of("private_hosts"));
        return new OutboundSettings(Set.copyOf(texts(outbound, "private_hosts")));
    }

    /** A folder, or an object with one; or one that says that versions are published and with which folder they begin. */
    private Policies policies(Fields root) {
        var node = root.get("policies");
        if (node == null || node.isString()) {
            return Policies.of(folder.resolve(root.text("policies")));
        }
        var fields = root.object("policies")
                .only(Set.of("folder", "published", "first", "publishers", "requests", "keep_decisions", "observe"));
        var policies = fields.flag("published", false)
                ? published(fields)
                : Policies.of(folder.resolve(fields.text("folder")));
        if (fields.has("requests")) {
            var misfits = fields.oneOf("requests", Set.of("refuse", "warn"));
            policies = policies.requests(Misfits.valueOf(misfits.toUpperCase(Locale.ROOT)));
        }
        if (fields.has("keep_decisions")) {
            policies = policies.keepDecisions(keptFor(fields, "keep_decisions"));
        }
        return fields.has("observe") ? policies.observe(candidate(fields, policies.folder())) : policies;
    }

    private Policies published(Fields fields) {
        var publishers = fields.get("publishers");
        if (publishers == null) {
            throw Problem.invalid(fields.at("publishers"), "Missing: without a key nothing can be published");
        }
        return Policies.of(folder.resolve(fields.text("first")))
                .publishedBy(publishers.isString() ? publishers.stringValue() : publishers.toString());
    }

    private Path candidate(Fields fields, Path live) {
        var candidate = folder.resolve(fields.text("observe")).normalize();
        if (candidate.startsWith(live.normalize()) || live.normalize().startsWith(candidate)) {
            throw Problem.invalid(fields.at("observe"), "Neither folder may lie in the other");
        }
        return candidate;
    }

    private static Duration keptFor(Fields fields, String name) {
        try {
            var duration = Duration.parse(fields.text(name));
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeException e) {
            // told below, as for a negative one
        }
        throw Problem.invalid(fields.at(name), "Expected an ISO 8601 duration such as P30D, or PT0S for none");
    }

    private static URI issuer(Fields root) {
        var issuer = uri(root, "issuer");
        var local = Set.of("localhost", "127.0.0.1").contains(issuer.getHost());
        if (!"https".equals(issuer.getScheme()) && !local) {
            throw Problem.invalid(root.at("issuer"), "Must be https, except on localhost");
        }
        if (issuer.toString().endsWith("/")) {
            throw Problem.invalid(root.at("issuer"), "No slash at the end");
        }
        return issuer;
    }

    private IdentityProvider provider(Fields provider) {
        provider.only(Set.of(
                "issuer",
                "client_id",
                "client_secret",
                "accepted_audiences",
                "principal_claim",
                "groups_claim",
                "acr_values"));
        return new IdentityProvider(
                uri(provider, "issuer"),
                provider.text("client_id"),
                secret(provider, "client_secret"),
                texts(provider, "accepted_audiences"),
                orElse(provider.optionalText("principal_claim"), "sub"),
                orElse(provider.optionalText("groups_claim"), "groups"),
                AcrValuesReader.read(provider.optionalObject("acr_values")));
    }

    private Client client(Fields client) {
        client.only(Stream.concat(
                        Stream.of("id", "redirect_uris", "jwks", "backchannel_logout_uri", "certificate", "service"),
                        GrantSettingsReader.MEMBERS.stream())
                .collect(Collectors.toSet()));
        return new Client(
                client.text("id"),
                texts(client, "redirect_uris").stream().map(URI::create).toList(),
                keys(client),
                GrantSettingsReader.grants(client),
                CertificateSettingsReader.login(client.optionalObject("certificate")),
                CertificateSettingsReader.service(client.optionalObject("service"), client.text("id")));
    }

    private Enforcer enforcer(Fields enforcer) {
        enforcer.only(Set.of("id", "api_key_sha256", "jwks", "rights", "callbacks"));
        var hash = enforcer.optionalText("api_key_sha256");
        if (hash != null && !hash.matches("[0-9a-f]{64}")) {
            throw Problem.invalid(enforcer.at("api_key_sha256"), "Expected 64 lower-case hex digits");
        }
        var id = enforcer.text("id");
        if (id.equals(OwnDecisions.ENFORCEMENT_POINT)) {
            throw Problem.invalid(enforcer.at("id"), "Countersign itself has this name");
        }
        return new Enforcer(id, hash, keys(enforcer), rights(enforcer), callbacks(enforcer));
    }

    /** Exact addresses; what leads to nobody else is https, or this machine. */
    private static List<URI> callbacks(Fields enforcer) {
        return texts(enforcer, "callbacks").stream()
                .map(text -> callback(enforcer, text))
                .toList();
    }

    private static URI callback(Fields enforcer, String text) {
        try {
            var uri = Destination.named(new URI(text)).uri();
            if (uri.getScheme().equals("https") || OutboundHttp.isThisMachine(uri)) {
                return uri;
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            // Told below.
        }
        throw Problem.invalid(enforcer.at("callbacks"), "Expected https URLs without user and fragment");
    }

    private static Set<Right> rights(Fields enforcer) {
        var rights = EnumSet.noneOf(Right.class);
        for (var word : texts(enforcer, "rights")) {
            rights.add(Arrays.stream(Right.values())
                    .filter(right -> right.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst()
                    .orElseThrow(() -> Problem.invalid(enforcer.at("rights"), "No such right: " + word)));
        }
        return rights;
    }

    private static Webauthn webauthn(@Nullable Fields webauthn, URI issuer) {
        if (webauthn == null) {
            return new Webauthn(issuer.getHost(), "Countersign", List.of(issuer));
        }
        webauthn.only(Set.of("rp_id", "name", "origins"));
        return new Webauthn(
                webauthn.text("rp_id"),
                orElse(webauthn.optionalText("name"), "Countersign"),
                texts(webauthn, "origins").stream().map(URI::create).toList());
    }

    static Duration duration(Fields fields, String name, Duration otherwise) {
        var text = fields.optionalText(name);
        if (text == null) {
            return otherwise;
        }
        try {
            var duration = Duration.parse(text);
            if (duration.isPositive()) {
                return duration;
            }
        } catch (DateTimeException e) {
            // told below, as for a duration that is not positive
        }
        throw Problem.invalid(fields.at(name), "Expected a positive ISO 8601 duration such as PT5M");
    }

    /** A JWK set, written as YAML or as a JSON string. */
    static @Nullable String keys(Fields fields) {
        var jwks = fields.get("jwks");
        if (jwks == null) {
            return null;
        }
        return jwks.isString() ? jwks.stringValue() : jwks.toString();
    }

    @Nullable
    String secret(Fields fields, String name) {
        var text = fields.optionalText(name);
        if (text == null || !text.startsWith("env:")) {
            return text;
        }
        var variable = text.substring("env:".length());
        var value = environment.get(variable);
        if (value == null) {
            throw Problem.invalid(fields.at(name), "The environment has no variable " + variable);
        }
        return value;
    }

    static URI uri(Fields fields, String name) {
        try {
            var uri = URI.create(fields.text(name));
            if (uri.isAbsolute() && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // told below, as for a relative one
        }
        throw Problem.invalid(fields.at(name), "Expected an absolute URL");
    }

    static List<String> texts(Fields fields, String name) {
        JsonNode array = fields.get(name);
        if (array == null) {
            return List.of();
        }
        var texts = new ArrayList<String>();
        for (var i = 0; i < array.size(); i++) {
            if (!array.get(i).isString()) {
                throw Problem.invalid(fields.at(name) + "/" + i, "Expected a string");
            }
            texts.add(array.get(i).stringValue());
        }
        return texts;
    }

    static String orElse(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }

    /** The settings file is wrong; the message names file, member and reason. */
    public static final class InvalidSettings extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InvalidSettings(String message) {
            super(message, null, false, false);
        }
    }
}
