package dev.countersign.session;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.key.RandomIds;
import dev.countersign.key.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Refresh tokens: opaque, stored by their SHA-256, each good for one use by the key that its session is bound to (RFC 9449
 * §5). Those of one grant are a family, one after the other; whoever uses one that was used before ends the session
 * (RFC 9700 §4.14.2).
 *
 * <p>An answer may be lost. So the same key may send the same token again within {@link #RETRY}, as long as its successor is
 * unused, and gets the same successor: the family stays one line, and two who both go on from there meet at the next use. The
 * successor is an HMAC under the token it follows, so that the database alone does not hold it.
 */
final class RefreshTokens {
    /** How long the same token may be sent again by the same key. */
    static final Duration RETRY = Duration.ofSeconds(10);

    /** Uses of one family; then the person logs in again. */
    static final int MAX_GENERATION = 10_000;

    /** Families of one session; a new one beyond this replaces the oldest. */
    static final int MAX_FAMILIES = 8;

    private static final int BYTES = 32;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final String MAC = "HmacSHA256";

    private final Journal journal;
    private final LiveSessions sessions;
    private final InstantSource clock;
    private final SecureRandom random;
    private final RandomIds ids;

    RefreshTokens(Journal journal, LiveSessions sessions, InstantSource clock, SecureRandom random) {
        this.journal = journal;
        this.sessions = sessions;
        this.clock = clock;
        this.random = random;
        this.ids = new RandomIds(random);
    }

    /** The first token of a new family, good as long as the session. */
    String issue(Session session, String thumbprint) {
        var token = BASE64URL.encodeToString(salt());
        var family = ids.next("rf_");
        var salt = salt();
        var now = clock.instant();
        journal.commit((database, evidence) -> {
            database.execute("delete from refresh_token where expires_at <= ?", now.toEpochMilli());
            dropOldest(database, session.id());
            insert(
                    database,
                    token,
                    new Row(session.id(), session.client(), thumbprint, 1, family, salt, null),
                    session,
                    now);
            evidence.record(Entry.of("refresh_token.issued", session.id().value())
                    .with("client", session.client())
                    .with("family", family));
            return family;
        });
        return token;
    }

    private static void dropOldest(Handle database, SessionId session) {
        database.execute("""
                delete from refresh_token where session = ? and family not in (
                    select family from refresh_token where session = ? and generation = 1
                    order by issued_at desc, family limit ?)
                """, session.value(), session.value(), MAX_FAMILIES - 1);
    }

    /** Uses {@code token}, which came with a proof by the key of {@code thumbprint}. */
    Used use(String token, String client, String thumbprint) {
        if (!FORM.matcher(token).matches()) {
            return new Used.Unknown();
        }
        var salt = salt();
        var now = clock.instant();
        var used = journal.commit((database, evidence) -> {
            var row = find(database, token).filter(found -> found.client.equals(client));
            if (row.isEmpty() || !SessionStore.hold(database, row.get().session)) {
                return new Used.Unknown();
            }
            var session = SessionStore.find(database, row.get().session).orElseThrow();
            // Read again: whoever uses a token of this session waits for the row of the session.
            return use(
                    database, evidence, token, find(database, token).orElse(row.get()), session, thumbprint, salt, now);
        });
        conclude(used);
        return used;
    }

    private static Used use(
            Handle database,
            Journal.Recorder evidence,
            String token,
            Row row,
            Session session,
            String thumbprint,
            byte[] salt,
            Instant now) {
        if (PresentedCheck.hasEnded(session, now)) {
            return new Used.Unknown();
        }
        var successor = successor(token, row.salt);
        if (row.usedAt != null) {
            var again = row.thumbprint.equals(thumbprint)
                    && now.isBefore(row.usedAt.plus(RETRY))
                    && find(database, successor)
                            .filter(next -> next.usedAt == null)
                            .isPresent();
            return again ? new Used.Good(session, successor) : new Used.Reused(session.id());
        }
        if (!row.thumbprint.equals(thumbprint)) {
            return new Used.OtherKey(session.id());
        }
        if (!session.isLive(now)) {
            return new Used.Suspended();
        }
        if (row.generation >= MAX_GENERATION) {
            return new Used.Unknown();
        }
        database.execute(
                "update refresh_token set used_at = ? where token_hash = ? and used_at is null",
                now.toEpochMilli(),
                Sha256.of(token));
        insert(database, successor, row.next(salt), session, now);
        evidence.record(Entry.of("refresh_token.used", session.id().value())
                .with("client", row.client)
                .with("family", row.family)
                .with("generation", row.generation));
        return new Used.Good(session, successor);
    }

    private void conclude(Used used) {
        switch (used) {
            case Used.Reused reused -> {
                sessions.signal(reused.session, "refresh_token_reused", "A refresh token was used a second time");
                sessions.end(reused.session, "a refresh token was used twice");
            }
            case Used.OtherKey other -> // unused still: whoever only saw the token cannot spoil it
                sessions.signal(other.session, "refresh_token_wrong_key", "A refresh token came with another key");
            case Used.Good good -> sessions.used(good.session);
            case Used.Suspended suspended -> {}
            case Used.Unknown unknown -> {}
        }
    }

    /** The session that {@code token}, used or not, is of; empty unless it is {@code client}'s. */
    Optional<Session> session(String token, String client) {
        return FORM.matcher(token).matches()
                ? sessions.read(database -> find(database, token))
                        .filter(row -> row.client.equals(client))
                        .flatMap(row -> sessions.find(row.session))
                : Optional.empty();
    }

    /** As {@link #session}, when the token can be used now. */
    Optional<Session> usable(String token, String client) {
        return FORM.matcher(token).matches()
                ? sessions.read(database -> find(database, token))
                        .filter(row -> row.client.equals(client) && row.usedAt == null)
                        .flatMap(row -> sessions.find(row.session))
                        .filter(session -> session.isLive(clock.instant()))
                : Optional.empty();
    }

    private byte[] salt() {
        var salt = new byte[BYTES];
        random.nextBytes(salt);
        return salt;
    }

    private static String successor(String token, byte[] salt) {
        try {
            var mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.US_ASCII), MAC));
            return BASE64URL.encodeToString(mac.doFinal(salt));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no " + MAC, e);
        }
    }

    private static void insert(Handle database, String token, Row row, Session session, Instant now) {
        database.execute(
                """
                insert into refresh_token (token_hash, session, client, thumbprint, generation, family, salt,
                    issued_at, expires_at)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                Sha256.of(token),
                row.session.value(),
                row.client,
                row.thumbprint,
                row.generation,
                row.family,
                row.salt,
                now.toEpochMilli(),
                session.expiresAt().toEpochMilli());
    }

    private static Optional<Row> find(Handle database, String token) {
        return database.select("select * from refresh_token where token_hash = ?", Sha256.of(token))
                .map((row, context) -> {
                    var usedAt = row.getLong("used_at");
                    var unused = row.wasNull();
                    return new Row(
                            new SessionId(row.getString("session")),
                            row.getString("client"),
                            row.getString("thumbprint"),
                            row.getInt("generation"),
                            row.getString("family"),
                            row.getBytes("salt"),
                            unused ? null : Instant.ofEpochMilli(usedAt));
                })
                .findOne();
    }

    /** What came of a use. */
    sealed interface Used {
        /** @param token the next one */
        record Good(Session session, String token) implements Used {
            @Override
            public String toString() {
                return "Good[" + session.id() + "]";
            }
        }

        /** It was used before: its session has ended. */
        record Reused(SessionId session) implements Used {}

        /** The proof was by another key. */
        record OtherKey(SessionId session) implements Used {}

        /** Its session is suspended; the token stays unused. */
        record Suspended() implements Used {}

        /** Not one of this client's, or of a session that has ended. */
        record Unknown() implements Used {}
    }

    @SuppressWarnings("ArrayRecordComponent") // rows are not compared
    private record Row(
            SessionId session,
            String client,
            String thumbprint,
            int generation,
            String family,
            byte[] salt,
            @Nullable Instant usedAt) {
        Row next(byte[] newSalt) {
            return new Row(session, client, thumbprint, generation + 1, family, newSalt, null);
        }
    }
}
