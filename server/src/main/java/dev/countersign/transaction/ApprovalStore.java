package dev.countersign.transaction;

import dev.countersign.http.Json;
import dev.countersign.policy.SigningMethod;
import dev.countersign.session.Person;
import dev.countersign.webauthn.Authenticators.Assertion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Signed consents and the nonces they sign. */
final class ApprovalStore {
    private ApprovalStore() {}

    /** In force for these bytes: not withdrawn, not spent, and their request neither denied, cancelled nor expired. */
    static List<Approval> inForce(Handle database, String enforcementPoint, TransactionHash hash) {
        return database.createQuery("""
                        select a.*, r.created_at as requested_at from approval a join access_request r on r.id = a.request
                        where a.enforcement_point = :point and a.hash = :hash
                            and a.withdrawn_at is null and a.receipt is null and r.state = 'open'
                        order by a.signed_at, a.id""")
                .bind("point", enforcementPoint)
                .bind("hash", hash.hex())
                .map(ApprovalStore::approval)
                .list();
    }

    /** Not withdrawn, spent or not: who signed. */
    static List<Approval> of(Handle database, String request) {
        return database.createQuery("""
                        select a.*, r.created_at as requested_at from approval a join access_request r on r.id = a.request
                        where a.request = :request and a.withdrawn_at is null order by a.signed_at, a.id""")
                .bind("request", request)
                .map(ApprovalStore::approval)
                .list();
    }

    /** Those spent on {@code receipt}. */
    static List<SpentApproval> spentOn(Handle database, String receipt) {
        return database.createQuery("""
                        select a.*, r.created_at as requested_at from approval a join access_request r on r.id = a.request
                        where a.receipt = :receipt order by a.signed_at, a.id""")
                .bind("receipt", receipt)
                .map((row, context) -> new SpentApproval(
                        approval(row, context), row.getLong("signed_index"), row.getLong("spent_index")))
                .list();
    }

    /** Where the evidence of a signature stands. */
    static void signedIndex(Handle database, String id, long evidenceIndex) {
        database.createUpdate("update approval set signed_index = :index where id = :id")
                .bind("index", evidenceIndex)
                .bind("id", id)
                .execute();
    }

    /** Where the evidence of its spending stands. */
    static void spentIndex(Handle database, String id, long evidenceIndex) {
        database.createUpdate("update approval set spent_index = :index where id = :id")
                .bind("index", evidenceIndex)
                .bind("id", id)
                .execute();
    }

    /** False when this person's earlier approval is in force, or the request is not open. */
    static boolean insert(Handle database, Approval approval, String enforcementPoint) {
        return database.createUpdate("""
                        insert into approval (id, request, enforcement_point, hash, person, session, vouched, method,
                            nonce, credential_id, public_key, authenticator_data, client_data, signature, display,
                            locale, acting_for, signed_at)
                        select :id, r.id, :point, :hash, :person, :session, :groups, :method,
                            :nonce, :credential, :key, :data, :client, :signature, :display,
                            :locale, :acting_for, :now
                        from access_request r where r.id = :request and r.state = 'open'
                        on conflict (request, person) where withdrawn_at is null do nothing""")
                        .bind("id", approval.id())
                        .bind("request", approval.request())
                        .bind("point", enforcementPoint)
                        .bind("hash", approval.hash().hex())
                        .bind("person", approval.person().id())
                        .bind("session", approval.session())
                        .bind("groups", Json.MAPPER.writeValueAsString(approval.groups()))
                        .bind("method", approval.method().word())
                        .bind("nonce", approval.nonce())
                        .bind("credential", approval.assertion().credentialId())
                        .bind("key", approval.assertion().publicKey())
                        .bind("data", approval.assertion().authenticatorData())
                        .bind("client", approval.assertion().clientDataJson())
                        .bind("signature", approval.assertion().signature())
                        .bind("display", approval.shown().display())
                        .bind("locale", approval.shown().locale())
                        .bind(
                                "acting_for",
                                approval.actingFor() == null
                                        ? null
                                        : approval.actingFor().id())
                        .bind("now", approval.signedAt().toEpochMilli())
                        .execute()
                == 1;
    }

    /** True when every one of them was in force until now and is spent on {@code receipt}. */
    static boolean spend(Handle database, Collection<String> ids, String receipt) {
        return ids.isEmpty()
                || database.createUpdate("""
                                        update approval set receipt = :receipt
                                        where id in (<ids>) and receipt is null and withdrawn_at is null""")
                                .bindList("ids", List.copyOf(ids))
                                .bind("receipt", receipt)
                                .execute()
                        == ids.size();
    }

    /** The id of the approval withdrawn, unless {@code person} has none in force and unspent. */
    static Optional<String> withdraw(Handle database, String request, Person person, Instant now) {
        return database.createQuery("""
                        update approval set withdrawn_at = :now
                        where request = :request and person = :person and withdrawn_at is null and receipt is null
                        returning id""")
                .bind("now", now.toEpochMilli())
                .bind("request", request)
                .bind("person", person.id())
                .mapTo(String.class)
                .findOne();
    }

    static void putNonce(Handle database, String request, Person person, Nonce nonce, Instant expiresAt) {
        database.createUpdate("""
                        insert into approval_nonce (request, person, nonce, display, locale, expires_at)
                        values (:request, :person, :nonce, :display, :locale, :expires)
                        on conflict (request, person)
                            do update set nonce = excluded.nonce, display = excluded.display,
                                locale = excluded.locale, expires_at = excluded.expires_at""")
                .bind("request", request)
                .bind("person", person.id())
                .bind("nonce", nonce.value())
                .bind("display", nonce.shown().display())
                .bind("locale", nonce.shown().locale())
                .bind("expires", expiresAt.toEpochMilli())
                .execute();
    }

    static Optional<Nonce> nonce(Handle database, String request, Person person, Instant now) {
        return database.createQuery("""
                        select nonce, display, locale from approval_nonce
                        where request = :request and person = :person and expires_at > :now""")
                .bind("request", request)
                .bind("person", person.id())
                .bind("now", now.toEpochMilli())
                .map((row, context) ->
                        new Nonce(row.getString("nonce"), new Shown(row.getString("display"), row.getString("locale"))))
                .findOne();
    }

    /** True once. */
    static boolean takeNonce(Handle database, String request, Person person, String nonce) {
        return database.createUpdate(
                                "delete from approval_nonce where request = :request and person = :person and nonce = :nonce")
                        .bind("request", request)
                        .bind("person", person.id())
                        .bind("nonce", nonce)
                        .execute()
                == 1;
    }

    private static Approval approval(ResultSet row, StatementContext context) throws SQLException {
        var actingFor = row.getString("acting_for");
        return new Approval(
                row.getString("id"),
                row.getString("request"),
                new TransactionHash(row.getString("hash")),
                new Person(row.getString("person")),
                row.getString("session"),
                groups(row.getString("vouched")),
                SigningMethod.of(row.getString("method")).orElseThrow(),
                row.getString("nonce"),
                new Assertion(
                        row.getString("credential_id"),
                        row.getString("public_key"),
                        row.getString("authenticator_data"),
                        row.getString("client_data"),
                        row.getString("signature")),
                new Shown(row.getString("display"), row.getString("locale")),
                actingFor == null ? null : new Person(actingFor),
                Instant.ofEpochMilli(row.getLong("requested_at")),
                Instant.ofEpochMilli(row.getLong("signed_at")));
    }

    private static Set<String> groups(String json) {
        var names = new HashSet<String>();
        Json.MAPPER.readTree(json).forEach(name -> names.add(name.stringValue()));
        return names;
    }
}
