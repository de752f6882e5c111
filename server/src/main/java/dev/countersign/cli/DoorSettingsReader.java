package dev.countersign.cli;

import dev.countersign.DoorSettings;
import dev.countersign.DoorSettings.Forge;
import dev.countersign.DoorSettings.Keys;
import dev.countersign.DoorSettings.Reuse;
import dev.countersign.DoorSettings.Terms;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import dev.countersign.trust.SpiffeId;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the doors of a settings file. Throws {@link Problem} that names the member by its JSON Pointer. */
final class DoorSettingsReader {
    /** Most doors of one kind. */
    static final int MAX_DOORS = 100;

    /** Most jobs or service accounts that one door lets in. */
    static final int MAX_ENTRIES = 1_000;

    private static final Pattern CLUSTER = Pattern.compile("[a-z0-9][a-z0-9.-]{0,62}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,20}");

    private final Path folder;

    /** @param folder that files are relative to */
    DoorSettingsReader(Path folder) {
        this.folder = folder;
    }

    DoorSettings read(Fields doors) {
        doors.only(Set.of("access_tokens", "trust_domains", "jwt_svids", "kubernetes", "ci"));
        var svids = doors.optionalObject("jwt_svids");
        try {
            return new DoorSettings(
                    list(doors, "access_tokens").stream()
                            .map(this::accessTokens)
                            .toList(),
                    list(doors, "trust_domains").stream().map(this::trustDomain).toList(),
                    svids == null ? null : svids(svids),
                    list(doors, "kubernetes").stream().map(this::kubernetes).toList(),
                    list(doors, "ci").stream().map(this::ci).toList());
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(doors.pointer(), String.valueOf(e.getMessage()));
        }
    }

    private static List<Fields> list(Fields doors, String name) {
        return doors.objects(name, MAX_DOORS);
    }

    private DoorSettings.AccessTokens accessTokens(Fields door) {
        door.only(Set.of(
                "issuer",
                "keys",
                "audience",
                "other_audiences",
                "max_session",
                "reuse",
                "scopes",
                "principal_claim",
                "groups_claim",
                "workload_clients"));
        return new DoorSettings.AccessTokens(
                SettingsFile.uri(door, "issuer"),
                keys(door),
                terms(door, Reuse.ONCE),
                set(door, "scopes"),
                SettingsFile.orElse(door.optionalText("principal_claim"), "sub"),
                SettingsFile.orElse(door.optionalText("groups_claim"), "groups"),
                workloads(door));
    }

    /** Names that other doors give to workloads are not for clients. */
    private static Set<String> workloads(Fields door) {
        var names = set(door, "workload_clients");
        for (var name : names) {
            requireFree(door.at("workload_clients"), name);
        }
        return names;
    }

    private static void requireFree(String pointer, String name) {
        if (name.startsWith("spiffe://") || name.startsWith("k8s://")) {
            throw Problem.invalid(pointer, "A workload of another door has such a name");
        }
    }

    private DoorSettings.TrustDomain trustDomain(Fields domain) {
        domain.only(Set.of("name", "bundle_file", "bundle_endpoint", "anchors"));
        var name = domain.text("name");
        if (!SpiffeId.isTrustDomain(name)) {
            throw Problem.invalid(domain.at("name"), "Expected the name of a trust domain, without spiffe://");
        }
        if (domain.has("bundle_file") == domain.has("bundle_endpoint")) {
            throw Problem.invalid(domain.pointer(), "Expected one of bundle_file and bundle_endpoint");
        }
        return new DoorSettings.TrustDomain(
                name, file(domain, "bundle_file"), optionalUri(domain, "bundle_endpoint"), file(domain, "anchors"));
    }

    private static DoorSettings.JwtSvids svids(Fields svids) {
        svids.only(Set.of("audience", "other_audiences", "max_session", "reuse"));
        return new DoorSettings.JwtSvids(terms(svids, Reuse.UNTIL_EXPIRY));
    }

    private DoorSettings.Kubernetes kubernetes(Fields door) {
        door.only(Set.of(
                "cluster",
                "issuer",
                "keys",
                "review",
                "audience",
                "other_audiences",
                "max_session",
                "reuse",
                "service_accounts"));
        var cluster = door.text("cluster");
        if (!CLUSTER.matcher(cluster).matches()) {
            throw Problem.invalid(door.at("cluster"), "Expected at most 63 of a-z, 0-9, '.' and '-'");
        }
        return new DoorSettings.Kubernetes(
                cluster,
                SettingsFile.uri(door, "issuer"),
                keys(door),
                optionalUri(door, "review"),
                terms(door, Reuse.SAME_KEY),
                door.objects("service_accounts", MAX_ENTRIES).stream()
                        .map(DoorSettingsReader::account)
                        .toList());
    }

    private static DoorSettings.ServiceAccount account(Fields account) {
        account.only(Set.of("namespace", "name", "uid"));
        return new DoorSettings.ServiceAccount(
                account.text("namespace"), account.text("name"), account.optionalText("uid"));
    }

    private DoorSettings.Ci ci(Fields door) {
        door.only(Set.of("issuer", "keys", "audience", "other_audiences", "max_session", "reuse", "forge", "jobs"));
        var forge = door.has("forge") ? door.oneOf("forge", Set.of("github", "gitlab")) : "github";
        return new DoorSettings.Ci(
                SettingsFile.uri(door, "issuer"),
                keys(door),
                terms(door, Reuse.ONCE),
                Forge.valueOf(forge.toUpperCase(Locale.ROOT)),
                door.objects("jobs", MAX_ENTRIES).stream()
                        .map(DoorSettingsReader::job)
                        .toList());
    }

    private static DoorSettings.Job job(Fields job) {
        job.only(Set.of("sub", "repository_id", "owner_id", "workflow", "environment"));
        requireFree(job.at("sub"), job.text("sub"));
        if (job.text("sub").contains("*")) {
            throw Problem.invalid(job.at("sub"), "No pattern: each subject is let in by its exact name");
        }
        return new DoorSettings.Job(
                job.text("sub"),
                number(job, "repository_id"),
                number(job, "owner_id"),
                job.optionalText("workflow"),
                job.optionalText("environment"));
    }

    private static String number(Fields job, String name) {
        var node = job.get(name);
        var text = node != null && node.isIntegralNumber() ? node.asString() : job.text(name);
        if (!NUMBER.matcher(text).matches()) {
            throw Problem.invalid(job.at(name), "Expected the number, not the name");
        }
        return text;
    }

    private static Terms terms(Fields door, Reuse usual) {
        var reuse = door.has("reuse")
                ? Reuse.valueOf(door.oneOf("reuse", Set.of("once", "same-key", "until-expiry"))
                        .toUpperCase(Locale.ROOT)
                        .replace('-', '_'))
                : usual;
        return new Terms(
                door.text("audience"),
                set(door, "other_audiences"),
                SettingsFile.duration(door, "max_session", DoorSettings.MAX_SESSION),
                reuse);
    }

    private Keys keys(Fields door) {
        var keys = door.optionalObject("keys");
        if (keys == null) {
            return Keys.DISCOVERED;
        }
        keys.only(Set.of("jwks_uri", "jwks_file", "anchors", "credential_file"));
        if (keys.has("jwks_uri") && keys.has("jwks_file")) {
            throw Problem.invalid(keys.pointer(), "Expected at most one of jwks_uri and jwks_file");
        }
        return new Keys(
                optionalUri(keys, "jwks_uri"),
                file(keys, "jwks_file"),
                file(keys, "anchors"),
                file(keys, "credential_file"));
    }

    private static @Nullable URI optionalUri(Fields fields, String name) {
        return fields.has(name) ? SettingsFile.uri(fields, name) : null;
    }

    private @Nullable Path file(Fields fields, String name) {
        var file = fields.optionalText(name);
        return file == null ? null : folder.resolve(file);
    }

    private static Set<String> set(Fields fields, String name) {
        return new LinkedHashSet<>(SettingsFile.texts(fields, name));
    }
}
