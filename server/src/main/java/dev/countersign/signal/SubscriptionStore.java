package dev.countersign.signal;

import dev.countersign.key.Sha256;
import dev.countersign.signal.RefusedSet.Code;
import dev.countersign.store.Database;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Our streams at transmitters, so that a restart goes on with them. Methods with a handle run in the caller's change. */
final class SubscriptionStore {
    private final Database database;

    SubscriptionStore(Database database) {
        this.database = database;
    }

    Optional<Subscription> find(String transmitter) {
        return database.read(handle -> find(handle, transmitter));
    }

    private static Optional<Subscription> find(Handle handle, String transmitter) {
        return handle.createQuery("select * from signal_subscription where transmitter = :id")
                .bind("id", transmitter)
                .map((row, context) -> {
                    var endpoint = row.getString("endpoint");
                    return new Subscription(
                            row.getString("stream"),
                            endpoint == null ? null : URI.create(endpoint),
                            row.getString("status"),
                            row.getString("state_hash"),
                            Instant.ofEpochMilli(row.getLong("asked_at")),
                            Instant.ofEpochMilli(row.getLong("verified_at")));
                })
                .findOne();
    }

    /** Makes the row when there is none. */
    static void prepare(Handle handle, String transmitter) {
        handle.createUpdate("""
                        insert into signal_subscription (transmitter, status, asked_at, verified_at, lease_until)
                        values (:id, 'unknown', 0, 0, 0) on conflict do nothing""").bind("id", transmitter).execute();
    }

    static void created(Handle handle, String transmitter, String stream, @Nullable URI endpoint) {
        handle.createUpdate("""
                        update signal_subscription set stream = :stream, endpoint = :endpoint, status = 'enabled',
                            state_hash = null, asked_at = 0, verified_at = 0
                        where transmitter = :id""")
                .bind("stream", stream)
                .bind("endpoint", endpoint == null ? null : endpoint.toString())
                .bind("id", transmitter)
                .execute();
    }

    static void asked(Handle handle, String transmitter, String state, Instant now) {
        handle.createUpdate(
                        "update signal_subscription set state_hash = :hash, asked_at = :now where transmitter = :id")
                .bind("hash", Sha256.hex(state))
                .bind("now", now.toEpochMilli())
                .bind("id", transmitter)
                .execute();
    }

    /** SSF 1.0 §8.1.4.1: the state must be the one that we sent; a transmitter that verifies by itself sends none. */
    void verified(Handle handle, String transmitter, SecurityEvent event, Instant now) {
        var known = find(handle, transmitter);
        var state = event.text("state");
        if (known.isPresent() && !isOurStream(known.get(), event.subject())) {
            throw new RefusedSet(Code.INVALID_REQUEST, "The verification is of another stream");
        }
        if (!state.isEmpty() && !known.map(Subscription::stateHash).orElse("").equals(Sha256.hex(state))) {
            throw new RefusedSet(Code.INVALID_STATE, "The verification's state is not the one that was sent");
        }
        handle.createUpdate("update signal_subscription set verified_at = :now where transmitter = :id")
                .bind("now", now.toEpochMilli())
                .bind("id", transmitter)
                .execute();
    }

    private static boolean isOurStream(Subscription known, SubjectId subject) {
        var stream = known.stream();
        return stream == null
                || (subject instanceof SubjectId.Opaque opaque && opaque.id().equals(stream));
    }

    void updated(Handle handle, String transmitter, SecurityEvent event) {
        handle.createUpdate("update signal_subscription set status = :status where transmitter = :id")
                .bind("status", event.text("status"))
                .bind("id", transmitter)
                .execute();
    }

    /** Gives back what the node leased. */
    static void release(Handle handle, String node) {
        handle.createUpdate(
                        "update signal_subscription set lease_owner = null, lease_until = 0 where lease_owner = :node")
                .bind("node", node)
                .execute();
    }

    /** True when this node has the poll to itself until {@code until}: on several nodes one polls. */
    static boolean lease(Handle handle, String transmitter, String node, Instant now, Instant until) {
        return handle.createUpdate("""
                        update signal_subscription set lease_owner = :node, lease_until = :until
                        where transmitter = :id and (lease_owner = :node or lease_until < :now)""")
                        .bind("node", node)
                        .bind("until", until.toEpochMilli())
                        .bind("now", now.toEpochMilli())
                        .bind("id", transmitter)
                        .execute()
                == 1;
    }

    /**
     * Our stream at a transmitter.
     *
     * @param stream its id there, or null while there is none
     * @param endpoint where to poll, or null
     * @param stateHash of the state of the verification that was asked for last, or null
     */
    record Subscription(
            @Nullable String stream,
            @Nullable URI endpoint,
            String status,
            @Nullable String stateHash,
            Instant askedAt,
            Instant verifiedAt) {
        boolean isVerified() {
            return !verifiedAt.isBefore(askedAt) && verifiedAt.isAfter(Instant.EPOCH);
        }
    }
}
