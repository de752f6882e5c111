package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.http.Json;
import dev.countersign.policy.MappedClaims;
import dev.countersign.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Sessions and signals in the database. Methods that take a handle run inside the caller's change. */
final class SessionStore {
    /** Signals of one session that are read. */
    static final int MAX_SIGNALS = 200;

    /** Sessions of one person that are read. */
    static final int MAX_SESSIONS = 500;

    /** With whether its account is blocked: a session that began while another node blocked the account is over too. */
    private static final String FIND = """
            select session.*, exists (select 1 from account_bound
                where account_bound.issuer = session.issuer and account_bound.blocked = 1
                    and (account_bound.kind = 'SUB' and account_bound.value = session.provider_subject
                        or account_bound.kind = 'EMAIL' and account_bound.value = session.provider_email)) as blocked
            from session where id = :id""";

    private final Database database;

    SessionStore(Database database) {
        this.database = database;
    }

    <T> T read(Function<Handle, T> look) {
        return database.read(look);
    }

    Optional<Session> find(SessionId id) {
        return database.read(handle -> find(handle, id));
    }

    static Optional<Session> find(Handle handle, SessionId id) {
        return handle.createQuery(FIND)
                .bind("id", id.value())
                .map((row, context) -> row.getBoolean("blocked") ? blocked(read(row)) : read(row))
                .findOne();
    }

    List<Session> of(Person person, Instant now) {
        return database.read(handle -> handle.createQuery("""
                        select * from session
                        where person = :person and state <> 'ENDED' and expires_at > :now and idle_expires_at > :now
                        order by started_at desc, id limit :max""")
                .bind("person", person.id())
                .bind("now", now.toEpochMilli())
                .bind("max", MAX_SESSIONS)
                .map((row, context) -> read(row))
                .list());
    }

    List<Sessions.Signal> signals(SessionId id) {
        return database.read(handle -> handle.createQuery(
                        "select at, kind, detail from session_signal where session = :id order by at desc limit :max")
                .bind("id", id.value())
                .bind("max", MAX_SIGNALS)
                .map((row, context) -> new Sessions.Signal(
                        Instant.ofEpochMilli(row.getLong("at")), row.getString("kind"), row.getString("detail")))
                .list());
    }

    static void insert(Handle handle, Session session) {
        handle.createUpdate("""
                        insert into session (id, parent, principal_kind, principal, person, issuer, client, login_acr,
                            login_amr, login_at, binding, binding_key, group_names, state, started_from, user_agent,
                            started_at, idle_expires_at, expires_at, signals, claims, idle_millis, granted)
                        values (:id, :parent, :kind, :principal, :person, :issuer, :client, :acr, :amr, :at, :binding,
                            :key, :groups, :state, :from, :agent, :started, :idle, :expires, 0, :claims, :idle_millis,
                            :granted)""")
                .bind("id", session.id().value())
                .bind(
                        "parent",
                        session.parent() == null ? null : session.parent().value())
                .bind("kind", session.principal().kind().name())
                .bind("principal", session.principal().id())
                .bind("person", session.person().id())
                .bind("issuer", session.issuer())
                .bind("client", session.client())
                .bind("acr", session.login().acr())
                .bind("amr", json(session.login().amr()))
                .bind("at", session.login().at().toEpochMilli())
                .bind("binding", session.binding().kind())
                .bind("key", key(session.binding()))
                .bind("groups", json(session.groups()))
                .bind("state", session.state().name())
                .bind("from", session.startedFrom())
                .bind("agent", session.userAgent())
                .bind("started", session.startedAt().toEpochMilli())
                .bind("idle", session.idleExpiresAt().toEpochMilli())
                .bind("expires", session.expiresAt().toEpochMilli())
                .bind(
                        "claims",
                        session.claims().json().isEmpty()
                                ? null
                                : session.claims().json())
                .bind("idle_millis", session.idle().toMillis())
                .bind("granted", GrantJson.write(session.grant()))
                .execute();
    }

    /** Holds the session's row against a concurrent end until the change commits. False when it has ended. */
    static boolean hold(Handle handle, SessionId id) {
        return handle.createUpdate("update session set signals = signals where id = :id and state <> 'ENDED'")
                        .bind("id", id.value())
                        .execute()
                == 1;
    }

    /** A suspended session is raised, and active again, by what is phishing-resistant only. */
    static boolean raise(Handle handle, SessionId id, Assurance stepUp) {
        return handle.createUpdate("""
                        update session set step_up_acr = :acr, step_up_amr = :amr, step_up_at = :at,
                            step_up_until = :until, state = 'ACTIVE', state_reason = null
                        where id = :id and (state = 'ACTIVE' or (state = 'SUSPENDED' and :acr = :phr))""")
                        .bind("phr", Acr.PHR)
                        .bind("acr", stepUp.acr())
                        .bind("amr", json(stepUp.amr()))
                        .bind("at", stepUp.at().toEpochMilli())
                        .bind(
                                "until",
                                stepUp.until() == null ? null : stepUp.until().toEpochMilli())
                        .bind("id", id.value())
                        .execute()
                == 1;
    }

    /** Ties an active session that has no key to one. */
    static boolean bind(Handle handle, SessionId id, Binding binding) {
        return handle.createUpdate("""
                        update session set binding = :binding, binding_key = :key
                        where id = :id and state = 'ACTIVE' and binding = 'none'""")
                        .bind("binding", binding.kind())
                        .bind("key", key(binding))
                        .bind("id", id.value())
                        .execute()
                == 1;
    }

    static boolean suspend(Handle handle, SessionId id, String reason) {
        return handle.createUpdate(
                                "update session set state = 'SUSPENDED', state_reason = :reason where id = :id and state = 'ACTIVE'")
                        .bind("reason", reason)
                        .bind("id", id.value())
                        .execute()
                == 1;
    }

    static boolean end(Handle handle, SessionId id, String reason) {
        return handle.createUpdate(
                                "update session set state = 'ENDED', state_reason = :reason where id = :id and state <> 'ENDED'")
                        .bind("reason", reason)
                        .bind("id", id.value())
                        .execute()
                == 1;
    }

    /** How many sessions were opened under it and can still be used. */
    static int liveChildren(Handle handle, SessionId id, Instant now) {
        return handle.createQuery(
                        "select count(*) from session where parent = :id and state <> 'ENDED' and expires_at > :now")
                .bind("id", id.value())
                .bind("now", now.toEpochMilli())
                .mapTo(int.class)
                .one();
    }

    static List<SessionId> children(Handle handle, SessionId id) {
        return handle.createQuery("select id from session where parent = :id and state <> 'ENDED'")
                .bind("id", id.value())
                .map((row, context) -> new SessionId(row.getString(1)))
                .list();
    }

    static void signal(Handle handle, SessionId id, Sessions.Signal signal, int seen) {
        handle.createUpdate("insert into session_signal (session, at, kind, detail, seen)"
                        + " values (:id, :at, :kind, :detail, :seen)")
                .bind("id", id.value())
                .bind("at", signal.at().toEpochMilli())
                .bind("kind", signal.kind())
                .bind("detail", signal.detail())
                .bind("seen", seen)
                .execute();
        handle.createUpdate("update session set signals = signals + :seen where id = :id")
                .bind("seen", seen)
                .bind("id", id.value())
                .execute();
    }

    static void touch(Handle handle, SessionId id, Instant idleExpiresAt) {
        handle.createUpdate(
                        "update session set idle_expires_at = :at where id = :id and idle_expires_at < :at and state <> 'ENDED'")
                .bind("at", idleExpiresAt.toEpochMilli())
                .bind("id", id.value())
                .execute();
    }

    private static Session blocked(Session session) {
        return new Session(
                session.id(),
                session.parent(),
                session.principal(),
                session.person(),
                session.issuer(),
                session.client(),
                session.login(),
                session.stepUp(),
                session.binding(),
                session.groups(),
                SessionState.ENDED,
                "the identity provider disabled the account",
                session.startedFrom(),
                session.userAgent(),
                session.startedAt(),
                session.idleExpiresAt(),
                session.expiresAt(),
                session.signals(),
                session.claims(),
                session.idle(),
                session.grant());
    }

    /** When it was last used; within the change that extends its idle time. */
    static void note(Handle handle, SessionId id, Instant usedAt) {
        handle.createUpdate("update session set last_used_at = :at where id = :id")
                .bind("at", usedAt.toEpochMilli())
                .bind("id", id.value())
                .execute();
    }

    /** As people look at it. */
    static SessionSearch.Seen seen(ResultSet row) throws SQLException {
        var session = read(row);
        var used = row.getLong("last_used_at");
        return new SessionSearch.Seen(
                session,
                row.wasNull() ? session.startedAt() : Instant.ofEpochMilli(used),
                row.getString("binding_key"));
    }

    private static Session read(ResultSet row) throws SQLException {
        var parent = row.getString("parent");
        return new Session(
                new SessionId(row.getString("id")),
                parent == null ? null : new SessionId(parent),
                new Principal(Principal.Kind.valueOf(row.getString("principal_kind")), row.getString("principal")),
                new Person(row.getString("person")),
                row.getString("issuer"),
                row.getString("client"),
                new Assurance(row.getString("login_acr"), texts(row.getString("login_amr")), time(row, "login_at")),
                stepUp(row),
                binding(row.getString("binding"), row.getString("binding_key")),
                texts(row.getString("group_names")),
                SessionState.valueOf(row.getString("state")),
                row.getString("state_reason"),
                row.getString("started_from"),
                row.getString("user_agent"),
                time(row, "started_at"),
                time(row, "idle_expires_at"),
                time(row, "expires_at"),
                row.getInt("signals"),
                claims(row.getString("claims")),
                Duration.ofMillis(row.getLong("idle_millis")),
                GrantJson.read(row.getString("granted")));
    }

    private static @Nullable Assurance stepUp(ResultSet row) throws SQLException {
        var acr = row.getString("step_up_acr");
        return acr == null
                ? null
                : new Assurance(
                        acr, texts(row.getString("step_up_amr")), time(row, "step_up_at"), time(row, "step_up_until"));
    }

    private static MappedClaims claims(@Nullable String json) {
        return json == null ? MappedClaims.NONE : MappedClaims.parse(json);
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    /** @param key null for {@code none} alone */
    static Binding binding(String kind, @Nullable String key) {
        return switch (kind) {
            case "none" -> new Binding.None();
            case "dpop" -> new Binding.DpopKey(requireNonNull(key));
            case "mtls" -> new Binding.Certificate(requireNonNull(key));
            case "dbsc" -> new Binding.DbscKey(requireNonNull(key));
            default -> throw new IllegalStateException("Unknown binding in the database");
        };
    }

    static @Nullable String key(Binding binding) {
        return switch (binding) {
            case Binding.None none -> null;
            case Binding.DpopKey key -> key.thumbprint();
            case Binding.Certificate certificate -> certificate.sha256();
            case Binding.DbscKey key -> key.thumbprint();
        };
    }

    static String json(Set<String> texts) {
        return Json.MAPPER.writeValueAsString(texts.stream().sorted().toList());
    }

    private static Set<String> texts(String json) {
        var texts = new LinkedHashSet<String>();
        for (var element : Json.MAPPER.readTree(json)) {
            texts.add(element.stringValue());
        }
        return texts;
    }
}
