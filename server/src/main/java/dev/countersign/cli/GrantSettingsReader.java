package dev.countersign.cli;

import dev.countersign.GrantSettings;
import dev.countersign.GrantSettings.Exchange;
import dev.countersign.Settings.Lifetimes;
import dev.countersign.Settings.Span;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code lifetimes} and what clients may be granted. */
final class GrantSettingsReader {
    /** Members of a client that are read here. */
    static final Set<String> MEMBERS = Set.of("lifetimes", "refresh", "scopes", "exchange");

    /** Most scopes of a client. */
    static final int MAX_SCOPES = 100;

    /** RFC 6749 §3.3, at most 128 characters. */
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,128}");

    private static final Pattern ACTOR = Pattern.compile("(Agent|Workload)::.+");

    private GrantSettingsReader() {}

    static GrantSettings grants(Fields client) {
        var lifetimes = client.optionalObject("lifetimes");
        var idle = lifetimes == null ? null : shorter(lifetimes, "idle");
        var absolute = lifetimes == null ? null : shorter(lifetimes, "absolute");
        if (lifetimes != null) {
            lifetimes.only(Set.of("idle", "absolute"));
        }
        var exchange = client.optionalObject("exchange");
        if (exchange != null && !client.has("jwks")) {
            throw Problem.invalid(client.at("exchange"), "Only a client with jwks may exchange tokens of others");
        }
        return new GrantSettings(
                idle,
                absolute,
                client.flag("refresh", false),
                scopes(client),
                exchange == null ? null : exchange(exchange));
    }

    private static @Nullable Duration shorter(Fields fields, String name) {
        return fields.has(name) ? SettingsFile.duration(fields, name, Span.MAX) : null;
    }

    private static Set<String> scopes(Fields client) {
        var scopes = SettingsFile.texts(client, "scopes");
        if (scopes.size() > MAX_SCOPES || !scopes.stream().allMatch(SCOPE.asMatchPredicate())) {
            throw Problem.invalid(
                    client.at("scopes"), "Expected at most " + MAX_SCOPES + " scope names (RFC 6749 §3.3)");
        }
        return Set.copyOf(scopes);
    }

    private static Exchange exchange(Fields exchange) {
        exchange.only(Set.of("tokens_of", "audiences", "actors", "transaction_tokens"));
        var actors = SettingsFile.texts(exchange, "actors");
        if (!actors.stream().allMatch(ACTOR.asMatchPredicate())) {
            throw Problem.invalid(exchange.at("actors"), "Expected names such as Agent::assistant or Workload::relay");
        }
        return new Exchange(
                Set.copyOf(SettingsFile.texts(exchange, "tokens_of")),
                Set.copyOf(SettingsFile.texts(exchange, "audiences")),
                Set.copyOf(actors),
                exchange.flag("transaction_tokens", false));
    }

    static Lifetimes lifetimes(@Nullable Fields lifetimes) {
        var standard = Lifetimes.standard();
        if (lifetimes == null) {
            return standard;
        }
        lifetimes.only(Set.of("token", "step_up", "idle", "absolute", "aal1", "aal2", "aal3", "workload"));
        var all = span(lifetimes, standard.aal1());
        return new Lifetimes(
                SettingsFile.duration(lifetimes, "token", standard.token()),
                SettingsFile.duration(lifetimes, "step_up", standard.stepUp()),
                span(lifetimes, "aal1", all),
                span(lifetimes, "aal2", all),
                span(lifetimes, "aal3", standard.aal3().within(all.idle(), all.absolute())),
                span(lifetimes, "workload", standard.workload().within(all.idle(), all.absolute())));
    }

    private static Span span(Fields lifetimes, String level, Span otherwise) {
        var fields = lifetimes.optionalObject(level);
        return fields == null ? otherwise : span(fields.only(Set.of("idle", "absolute")), otherwise);
    }

    private static Span span(Fields fields, Span otherwise) {
        try {
            return new Span(
                    SettingsFile.duration(fields, "idle", otherwise.idle()),
                    SettingsFile.duration(fields, "absolute", otherwise.absolute()));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(fields.at("absolute"), String.valueOf(e.getMessage()));
        }
    }
}
