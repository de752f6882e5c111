package dev.countersign.offline;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.key.Ed25519;
import dev.countersign.key.RandomIds;
import dev.countersign.key.Seal;
import dev.countersign.key.Sha256;
import dev.countersign.policy.SigningMethod;
import dev.countersign.session.Person;
import dev.countersign.store.Database;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Keys on devices without network: enrolled with proof of possession, revoked, and what their codes are worth. */
public final class OfflineKeys {
    /** Keys of one person that are not revoked. */
    static final int MAX_KEYS = 10;

    /** How long a device has to prove that it has the key. */
    static final Duration ENROLMENT = Duration.ofMinutes(15);

    /** Wrong codes of one enrolment. */
    static final int MAX_ATTEMPTS = 5;

    /** The whole challenge, 256 bits, is the question: eight digits answer it. */
    public static final String SUITE = "OCRA-1:HOTP-SHA256-8:QH64";

    private static final OcraSuite OCRA = OcraSuite.parse(SUITE);
    private static final byte[] DOMAIN = "countersign/offline-enrolment/v1\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] FINGERPRINT = "countersign/offline-secret/v1\n".getBytes(StandardCharsets.UTF_8);
    private static final int NONCE_BYTES = 32;
    private static final int KEY_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final Database database;
    private final Journal journal;
    private final Seal seal;
    private final RandomIds ids;
    private final boolean isConfirmed;
    private final InstantSource clock;

    /** @param isConfirmed whether a second person confirms each key before it signs anything */
    OfflineKeys(
            Database database, Journal journal, Seal seal, RandomIds ids, boolean isConfirmed, InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.seal = seal;
        this.ids = ids;
        this.isConfirmed = isConfirmed;
        this.clock = clock;
    }

    public List<OfflineKey> of(Person person) {
        return database.read(handle -> OfflineKeyStore.of(handle, person));
    }

    /** A key of {@code person}'s that may sign. */
    public Optional<OfflineKey> usable(Person person, String id) {
        return of(person).stream()
                .filter(key -> key.id().equals(id) && key.isUsable())
                .findFirst();
    }

    /** What a device is told first; {@code secret} is shown this once, and null for a key that the device makes itself. */
    public record Begun(String nonce, @Nullable String secret) {}

    /** Begins an enrolment; one that was under way is over. */
    Begun begin(Person person, SigningMethod method) {
        if (of(person).stream().filter(key -> !key.isRevoked()).count() >= MAX_KEYS) {
            throw Problem.conflict("too-many-keys", "You have " + MAX_KEYS + " offline keys; revoke one first");
        }
        var nonce = BASE64URL.encodeToString(ids.bytes(NONCE_BYTES));
        var secret = method == SigningMethod.OCRA ? ids.bytes(KEY_BYTES) : null;
        var until = clock.instant().plus(ENROLMENT);
        journal.commit((handle, evidence) -> {
            OfflineKeyStore.begin(handle, person, method, nonce, secret == null ? null : sealed(secret, person), until);
            evidence.record(Entry.of("offline_key.enrolment_began", person.id()).with("method", method.word()));
            return nonce;
        });
        return new Begun(nonce, secret == null ? null : Crockford.write(secret));
    }

    /** Keeps the key when the device has proved that it has it. Throws Problem 403 otherwise. */
    OfflineKey enrol(Person person, String label, String code) {
        var now = clock.instant();
        var enrolment = journal.<Optional<OfflineKeyStore.Enrolment>>commit(
                        (handle, evidence) -> OfflineKeyStore.attempt(handle, person, MAX_ATTEMPTS, now))
                .orElseThrow(() -> Problem.conflict("no-enrolment", "Begin again: the enrolment is over"));
        var challenge = enrolmentChallenge(enrolment.nonce(), person);
        var material = enrolment.method() == SigningMethod.OCRA
                ? proven(enrolment, person, challenge, code)
                : proven(challenge, code);
        var key = new OfflineKey(ids.next("ok_"), person, enrolment.method(), material, label, now, isConfirmed, null);
        journal.commit((handle, evidence) -> {
            if (!OfflineKeyStore.end(handle, person, enrolment.nonce())) {
                throw Problem.conflict("no-enrolment", "Begin again: the enrolment is over");
            }
            OfflineKeyStore.insert(handle, key);
            evidence.record(Entry.of("offline_key.enrolled", key.id())
                    .with("person", person.id())
                    .with("method", key.method().word())
                    .with("waiting", key.isWaiting())
                    .with("fingerprint", fingerprint(key)));
            return key;
        });
        return key;
    }

    /** What a device signs to prove that it has the key. */
    public static byte[] enrolmentChallenge(String nonce, Person person) {
        return Sha256.of(DOMAIN, Base64.getUrlDecoder().decode(nonce), Sha256.of(person.id()));
    }

    private String proven(OfflineKeyStore.Enrolment enrolment, Person person, byte[] challenge, String code) {
        var secret = enrolment.secret();
        if (secret == null || !isAnswer(opened(secret, person), challenge, code)) {
            throw refused();
        }
        return secret;
    }

    private static String proven(byte[] challenge, String code) {
        var bytes = bytes(code, KEY_BYTES + SIGNATURE_BYTES);
        var key = Arrays.copyOf(bytes, KEY_BYTES);
        if (!isSigned(key, challenge, Arrays.copyOfRange(bytes, KEY_BYTES, bytes.length))) {
            throw refused();
        }
        return BASE64URL.encodeToString(key);
    }

    private static byte[] bytes(String code, int length) {
        try {
            return Crockford.read(code, length);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("/code", String.valueOf(e.getMessage()));
        }
    }

    /** The signature (base64url, empty for OCRA) when {@code code} answers {@code challenge}. Problem 400 for a mistyped one. */
    public Optional<String> answer(OfflineKey key, byte[] challenge, String code) {
        if (key.method() == SigningMethod.OCRA) {
            return isAnswer(opened(key.material(), key.person()), challenge, code) ? Optional.of("") : Optional.empty();
        }
        var signature = bytes(code, SIGNATURE_BYTES);
        return isSigned(Base64.getUrlDecoder().decode(key.material()), challenge, signature)
                ? Optional.of(BASE64URL.encodeToString(signature))
                : Optional.empty();
    }

    /** Throws Problem 400 for what is no code of such a key at all, or was mistyped: that is no attempt. */
    public static void requireReadable(OfflineKey key, String code) {
        if (key.method() != SigningMethod.OCRA) {
            bytes(code, SIGNATURE_BYTES);
        } else if (!code.replaceAll("[\\s-]", "").matches("[0-9]{8}")) {
            throw Problem.invalid("/code", "The code has eight digits");
        }
    }

    /** The public key, base64url; empty for OCRA, whose secret is nobody's to see. */
    public static String publicKey(OfflineKey key) {
        return key.method() == SigningMethod.OCRA ? "" : key.material();
    }

    /** Hex; of a secret it says no more than the secret's name would: it has 256 random bits. */
    String fingerprint(OfflineKey key) {
        return key.method() == SigningMethod.OCRA
                ? fingerprintOfSecret(opened(key.material(), key.person()))
                : fingerprint(Base64.getUrlDecoder().decode(key.material()));
    }

    /** Of a public key, hex. */
    public static String fingerprint(byte[] publicKey) {
        return Sha256.hex(publicKey);
    }

    /** Of an OCRA secret, hex. */
    public static String fingerprintOfSecret(byte[] secret) {
        return HexFormat.of().formatHex(Sha256.of(FINGERPRINT, secret));
    }

    /** The code of a device that has the secret. */
    public static String ocra(byte[] secret, byte[] challenge) {
        return Ocra.code(OCRA, secret, Ocra.Input.of(HexFormat.of().formatHex(challenge)));
    }

    private static boolean isAnswer(byte[] secret, byte[] challenge, String code) {
        var typed = code.replaceAll("[\\s-]", "").getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(ocra(secret, challenge).getBytes(StandardCharsets.US_ASCII), typed);
    }

    static boolean isSigned(byte[] key, byte[] challenge, byte[] signature) {
        try {
            var ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(Ed25519.publicKey(key));
            ed25519.update(challenge);
            return ed25519.verify(signature);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Throws Problem 404 when there is no such key of {@code person}'s that signs. */
    void revoke(Person person, String id) {
        var now = clock.instant();
        journal.commit((handle, evidence) -> {
            if (!OfflineKeyStore.revoke(handle, id, person, now)) {
                throw Problem.notFound("There is no such key");
            }
            evidence.record(Entry.of("offline_key.revoked", id).with("person", person.id()));
            return id;
        });
    }

    /** Revokes all of {@code person}'s, within the change of one who says that it was not them. Returns how many. */
    public int disown(Handle handle, Journal.Recorder evidence, Person person, Instant now) {
        var count = 0;
        for (var key : OfflineKeyStore.of(handle, person)) {
            if (OfflineKeyStore.revoke(handle, key.id(), person, now)) {
                evidence.record(Entry.of("offline_key.revoked", key.id())
                        .with("person", person.id())
                        .with("reason", "This was not me"));
                count++;
            }
        }
        return count;
    }

    private String sealed(byte[] secret, Person person) {
        return seal.seal(secret, person.id().getBytes(StandardCharsets.UTF_8));
    }

    private byte[] opened(String sealed, Person person) {
        return seal.open(sealed, person.id().getBytes(StandardCharsets.UTF_8))
                .orElseThrow(() -> new IllegalStateException("The secret of an offline key does not open"));
    }

    private static Problem refused() {
        return new Problem(403, "offline-code-refused", "The code does not answer this challenge");
    }
}
