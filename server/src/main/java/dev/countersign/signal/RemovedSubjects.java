package dev.countersign.signal;

import dev.countersign.key.Sha256;
import dev.countersign.session.ProviderAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Subjects that a receiver took off its stream (SSF 1.0 §8.1.3). All others are on it. */
final class RemovedSubjects {
    /** Of one stream. */
    static final int MAX_REMOVED = 10_000;

    private RemovedSubjects() {}

    /** How a subject is kept; empty for one by which we know nobody. */
    static Optional<String> key(SubjectId subject) {
        return switch (subject) {
            case SubjectId.IssSub issSub -> Optional.of(key(issSub.issuer(), issSub.subject()));
            case SubjectId.Email email -> Optional.of("email\n" + email.address());
            case SubjectId.Opaque opaque -> Optional.of("opaque\n" + opaque.id());
            case SubjectId.Complex complex ->
                complex.members().keySet().equals(Set.of("user"))
                                || complex.members().keySet().equals(Set.of("session"))
                        ? key(complex.members().values().iterator().next())
                        : Optional.empty();
            case SubjectId.Aliases aliases -> Optional.empty();
            case SubjectId.Unknown unknown -> Optional.empty();
        };
    }

    private static String key(String issuer, String subject) {
        return "iss_sub\n" + issuer + '\n' + subject;
    }

    /** False when there are too many. */
    static boolean remove(Handle handle, String target, String key) {
        var have = handle.createQuery("select count(*) from signal_removed_subject where target = :id")
                .bind("id", target)
                .mapTo(Integer.class)
                .one();
        if (have >= MAX_REMOVED) {
            return false;
        }
        handle.createUpdate("""
                        insert into signal_removed_subject (target, hash, subject) values (:id, :hash, :format)
                        on conflict do nothing""")
                .bind("id", target)
                .bind("hash", Sha256.hex(key))
                .bind("format", key.substring(0, key.indexOf('\n')))
                .execute();
        return true;
    }

    static void restore(Handle handle, String target, String key) {
        handle.createUpdate("delete from signal_removed_subject where target = :id and hash = :hash")
                .bind("id", target)
                .bind("hash", Sha256.hex(key))
                .execute();
    }

    /** Whether the receiver wants to hear nothing of this session. */
    static boolean isRemoved(
            Handle handle, String target, String issuer, ProviderAccount account, List<String> sessions) {
        var keys = new ArrayList<String>();
        keys.add(key(issuer, account.subject()));
        if (account.email() != null) {
            keys.add("email\n" + account.email());
        }
        sessions.forEach(session -> keys.add("opaque\n" + session));
        return handle.createQuery(
                                "select count(*) from signal_removed_subject where target = :id and hash in (<hashes>)")
                        .bindList("hashes", keys.stream().map(Sha256::hex).toList())
                        .bindMap(Map.of("id", target))
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }
}
