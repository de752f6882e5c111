package dev.countersign.signal;

import dev.countersign.SignalSettings;
import dev.countersign.SignalSettings.Receiver;
import dev.countersign.SignalSettings.SessionNames;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Json;
import dev.countersign.key.RandomIds;
import dev.countersign.session.Person;
import dev.countersign.session.ProviderAccount;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionObserver;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what has to be told in the database transaction of the change that it tells of: neither is there without the other,
 * whatever crashes. A full outbox never holds up a change: the stream is disabled, with evidence.
 */
public final class Outbox implements SessionObserver {
    /** What of the {@code credential_type} of CAEP 1.0 §3.3.1 comes closest: whether it is part of a device we do not know. */
    private static final String AUTHENTICATOR = "fido2-roaming";

    private final String issuer;
    private final SignalSettings settings;
    private final InstantSource clock;
    private final RandomIds ids;

    Outbox(String issuer, SignalSettings settings, InstantSource clock, RandomIds ids) {
        this.issuer = issuer;
        this.settings = settings;
        this.clock = clock;
        this.ids = ids;
    }

    @Override
    public void changed(Handle handle, Journal.Recorder evidence, SessionId session, Change change) {
        if (settings.receivers().isEmpty() && settings.logouts().isEmpty()) {
            return;
        }
        var about = About.of(handle, session);
        SentEvents.of(change, clock.instant()).forEach(event -> tell(handle, evidence, about, event));
        if (change instanceof Change.Ended) {
            tellLogout(handle, evidence, about);
        }
    }

    /**
     * Tells, within the change that did it, that an authenticator registered with us was created, revoked or deleted. Its
     * person is named by the account of their latest login.
     *
     * @param change {@code create}, {@code revoke}, {@code delete} (CAEP 1.0 §3.3.1)
     */
    public void credentialChanged(Handle handle, Journal.Recorder evidence, Person person, String change) {
        if (settings.receivers().isEmpty()) {
            return;
        }
        var event = SentEvents.credential(AUTHENTICATOR, change, "authenticator: " + change, clock.instant());
        handle.createQuery("select id from session where person = :person order by started_at desc, id limit 1")
                .bind("person", person.id())
                .map((row, context) -> new SessionId(row.getString(1)))
                .findOne()
                .ifPresent(session -> tell(handle, evidence, About.of(handle, session), event));
    }

    private void tell(Handle handle, Journal.Recorder evidence, About about, SentEvents event) {
        var cause = ids.next("tx_");
        for (var stream : TargetStore.streams(handle)) {
            var receiver = receiver(stream.owner());
            if (receiver.isEmpty() || !stream.wants(event.type()) || about.isRemoved(handle, stream.id())) {
                continue;
            }
            var claims = claims(receiver.get(), event.type().uri(), event.event());
            claims.put("txn", cause);
            claims.set("sub_id", about.subject(receiver.get().sessions(), event.type()));
            put(handle, evidence, stream, claims);
        }
    }

    private Optional<Receiver> receiver(String owner) {
        return settings.receivers().stream()
                .filter(known -> known.enforcementPoint().equals(owner))
                .findFirst();
    }

    /** An event about the stream itself: verification, new status. */
    void onStream(Handle handle, Journal.Recorder evidence, Target stream, EventType type, ObjectNode event) {
        receiver(stream.owner()).ifPresent(receiver -> {
            var claims = claims(receiver, type.uri(), event);
            claims.putObject("sub_id").put("format", "opaque").put("id", stream.id());
            put(handle, evidence, stream, claims);
        });
    }

    private ObjectNode claims(Receiver receiver, String type, ObjectNode event) {
        var claims = Json.MAPPER.createObjectNode();
        claims.put("iss", issuer)
                .put("aud", receiver.audience())
                .put("iat", clock.instant().getEpochSecond())
                .put("jti", ids.next(""));
        claims.putObject("events").set(type, event);
        return claims;
    }

    private void put(Handle handle, Journal.Recorder evidence, Target stream, ObjectNode claims) {
        if (!OutboxStore.add(
                handle,
                stream.id(),
                claims.path("jti").stringValue(),
                Json.MAPPER.writeValueAsString(claims),
                OutboxStore.MAX_PENDING)) {
            overflow(handle, evidence, stream);
        }
    }

    /** SSF 1.0 §8.1.5: the receiver is told before the stream stops; what waits stays until it enables the stream again. */
    private void overflow(Handle handle, Journal.Recorder evidence, Target stream) {
        var event = Json.MAPPER.createObjectNode().put("status", "disabled").put("reason", "too many events wait");
        receiver(stream.owner()).ifPresent(receiver -> {
            var claims = claims(receiver, EventType.STREAM_UPDATED.uri(), event);
            claims.putObject("sub_id").put("format", "opaque").put("id", stream.id());
            OutboxStore.add(
                    handle,
                    stream.id(),
                    claims.path("jti").stringValue(),
                    Json.MAPPER.writeValueAsString(claims),
                    OutboxStore.MAX_PENDING + 1);
        });
        TargetStore.status(handle, stream.id(), Target.Status.DISABLED, "too many events wait");
        evidence.record(Entry.of("signal.stream", stream.id())
                .with("status", "disabled")
                .with("reason", "too many events wait"));
    }

    /** Back-Channel Logout 1.0 §2.4: {@code sub} and {@code sid} as our tokens for the application have them. */
    private void tellLogout(Handle handle, Journal.Recorder evidence, About about) {
        if (settings.logouts().stream().noneMatch(logout -> logout.client().equals(about.client()))) {
            return;
        }
        var now = clock.instant();
        var claims = Json.MAPPER.createObjectNode();
        claims.put("iss", issuer)
                .put("aud", about.client())
                .put("iat", now.getEpochSecond())
                .put("jti", ids.next(""))
                .put("sub", about.principal())
                .put("sid", about.session().value());
        claims.putObject("events").putObject(LogoutTokenCheck.EVENT);
        if (!OutboxStore.add(
                handle,
                Target.LOGOUT_PREFIX + about.client(),
                claims.path("jti").stringValue(),
                Json.MAPPER.writeValueAsString(claims),
                OutboxStore.MAX_PENDING)) {
            evidence.record(Entry.of("logout.untold", about.session().value()).with("client", about.client()));
        }
    }

    /** Whom a change is about. */
    private record About(SessionId session, String issuer, String client, String principal, ProviderAccount account) {
        static About of(Handle handle, SessionId session) {
            var row = handle.createQuery("""
                            select issuer, client, principal, provider_subject, provider_session, provider_email
                            from session where id = :id""")
                    .bind("id", session.value())
                    .mapToMap()
                    .one();
            var principal = String.valueOf(row.get("principal"));
            var subject = row.get("provider_subject");
            return new About(
                    session,
                    String.valueOf(row.get("issuer")),
                    String.valueOf(row.get("client")),
                    principal,
                    new ProviderAccount(
                            subject == null ? principal : subject.toString(),
                            row.get("provider_session") instanceof String sid ? sid : null,
                            row.get("provider_email") instanceof String email ? email : null,
                            null));
        }

        boolean isRemoved(Handle handle, String stream) {
            var names =
                    account.session() == null ? List.of(session.value()) : List.of(session.value(), account.session());
            return RemovedSubjects.isRemoved(handle, stream, issuer, account, names);
        }

        /** The user, and the session by the name that the receiver knows. */
        ObjectNode subject(SessionNames names, EventType type) {
            var user = Json.MAPPER.createObjectNode();
            user.put("format", "iss_sub").put("iss", issuer).put("sub", account.subject());
            var name = names == SessionNames.OURS ? session.value() : account.session();
            if (name == null || type == EventType.CREDENTIAL_CHANGE) {
                return user;
            }
            var subject = Json.MAPPER.createObjectNode();
            subject.put("format", "complex");
            subject.set("user", user);
            subject.putObject("session").put("format", "opaque").put("id", name);
            return subject;
        }
    }
}
