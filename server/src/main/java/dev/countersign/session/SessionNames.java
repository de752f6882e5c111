package dev.countersign.session;

import dev.countersign.policy.MappedClaims;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Finds sessions by what their identity provider calls them, and keeps those names. Inside the caller's change. */
final class SessionNames {
    /** Sessions that one signal changes at most. */
    static final int MAX_NAMED = 100_000;

    private SessionNames() {}

    /** Keeps what the provider calls the session; what nobody told is taken over from its parent. */
    static void keep(Handle handle, Session session, @Nullable ProviderAccount account) {
        if (account == null && session.parent() != null) {
            handle.createUpdate("""
                            update session set
                                provider_subject = (select p.provider_subject from session p where p.id = session.parent),
                                provider_session = (select p.provider_session from session p where p.id = session.parent),
                                provider_email = (select p.provider_email from session p where p.id = session.parent),
                                provider_device = (select p.provider_device from session p where p.id = session.parent)
                            where id = :id""").bind("id", session.id().value()).execute();
            return;
        }
        var known = account == null ? ProviderAccount.of(session.principal().id()) : account;
        handle.createUpdate("""
                        update session set provider_subject = :subject, provider_session = :sid,
                            provider_email = :email, provider_device = :device
                        where id = :id""")
                .bind("subject", known.subject())
                .bind("sid", known.session())
                .bind("email", known.email())
                .bind("device", known.device())
                .bind("id", session.id().value())
                .execute();
    }

    /** What {@link #keep} kept. */
    static ProviderAccount account(Handle handle, SessionId id) {
        return handle.createQuery("""
                        select principal, provider_subject, provider_session, provider_email, provider_device
                        from session where id = :id""")
                .bind("id", id.value())
                .map((row, context) -> {
                    var subject = row.getString("provider_subject");
                    return new ProviderAccount(
                            subject == null ? row.getString("principal") : subject,
                            row.getString("provider_session"),
                            row.getString("provider_email"),
                            row.getString("provider_device"));
                })
                .one();
    }

    static List<SessionId> find(Handle handle, NamedSessions.Name name) {
        var conditions = new ArrayList<String>();
        var values = new LinkedHashMap<String, String>();
        add(conditions, values, "provider_subject = :subject", "subject", name.subject());
        add(conditions, values, "provider_email = :email", "email", name.email());
        add(conditions, values, "(provider_session = :session or id = :session)", "session", name.session());
        add(conditions, values, "provider_device = :device", "device", name.device());
        add(conditions, values, "client = :client", "client", name.client());
        return handle.createQuery("select id from session where issuer = :issuer and state <> 'ENDED' and "
                        + String.join(" and ", conditions) + " limit " + MAX_NAMED)
                .bind("issuer", name.issuer())
                .bindMap(values)
                .map((row, context) -> new SessionId(row.getString(1)))
                .list();
    }

    private static void add(
            List<String> conditions,
            Map<String, String> values,
            String condition,
            String name,
            @Nullable String value) {
        if (value != null) {
            conditions.add(condition);
            values.put(name, value);
        }
    }

    /** The login counts as the weakest there is, and no step-up counts. */
    static List<SessionId> boundTo(Handle handle, Set<String> keys) {
        return keys.isEmpty()
                ? List.of()
                : handle.createQuery(
                                "select id from session where binding_key in (<keys>) and state <> 'ENDED' limit :max")
                        .bindList("keys", List.copyOf(keys))
                        .bind("max", SessionStore.MAX_SESSIONS)
                        .map((row, context) -> new SessionId(row.getString(1)))
                        .list();
    }

    static boolean lower(Handle handle, SessionId id) {
        return handle.createUpdate("""
                        update session set login_acr = :base, login_amr = '[]', step_up_acr = null, step_up_amr = null,
                            step_up_at = null, step_up_until = null
                        where id = :id and state <> 'ENDED'""")
                        .bind("base", Acr.BASE)
                        .bind("id", id.value())
                        .execute()
                == 1;
    }

    static boolean claims(Handle handle, SessionId id, Set<String> groups, MappedClaims claims) {
        return handle.createUpdate("""
                        update session set group_names = :groups, claims = :claims
                        where id = :id and state <> 'ENDED'""")
                        .bind("groups", SessionStore.json(groups))
                        .bind("claims", claims.json().isEmpty() ? null : claims.json())
                        .bind("id", id.value())
                        .execute()
                == 1;
    }
}
