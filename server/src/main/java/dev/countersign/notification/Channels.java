package dev.countersign.notification;

import com.google.crypto.tink.apps.webpush.WebPushHybridEncrypt;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.key.Sha256;
import dev.countersign.notification.Channel.Kind;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.session.Person;
import dev.countersign.store.Database;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;

/** Where people want to be told, and when. An address of mail counts once its owner has shown that they read it. */
final class Channels {
    /** Most channels of one person. */
    static final int MAX_CHANNELS = 10;

    /** Codes that one person causes, and that one address gets, in an hour: we are nobody's means to fill others' inboxes. */
    static final int MAX_CONFIRMATIONS = 5;

    /** How long a code can be typed in, and how often. */
    static final Duration CODE_LIFETIME = Duration.ofMinutes(15);

    static final int MAX_GUESSES = 5;

    /** Longest endpoint of a push service, characters. */
    static final int MAX_ENDPOINT = 1_024;

    private static final int CODE_DIGITS = 8;
    private static final int AUTH_BYTES = 16;
    private static final int MAX_ADDRESS = 254;

    private final Database database;
    private final Journal journal;
    private final RandomIds ids;
    private final SecureRandom random;
    private final InstantSource clock;

    Channels(Database database, Journal journal, RandomIds ids, SecureRandom random, InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.ids = ids;
        this.random = random;
        this.clock = clock;
    }

    List<Channel> of(Person person) {
        return database.read(handle -> ChannelStore.of(handle, person));
    }

    Preferences preferences(Person person) {
        return database.read(handle -> ChannelStore.preferences(handle, person));
    }

    void prefer(Person person, Preferences preferences) {
        journal.<Boolean>commit((handle, evidence) -> {
            ChannelStore.prefer(handle, person, preferences);
            evidence.record(Entry.of("notification.preferences", person.id())
                    .with("quiet_from", String.valueOf(preferences.from()))
                    .with("quiet_until", String.valueOf(preferences.until()))
                    .with("zone", preferences.zone().getId())
                    .with("urgent", preferences.urgent()));
            return true;
        });
    }

    /** The code that has to be sent to {@code address}. Throws Problem 400, 409, 429. */
    String addMail(Person person, String address) {
        requireMail(address);
        var code = code();
        var now = clock.instant();
        journal.<Boolean>commit((handle, evidence) -> {
            if (ChannelStore.codes(handle, person, address, now.minus(Duration.ofHours(1))) >= MAX_CONFIRMATIONS) {
                throw new Problem(429, "too-many-requests", "Too many codes in an hour; try again later");
            }
            var known = ChannelStore.of(handle, person);
            var same = known.stream()
                    .filter(channel ->
                            channel.kind() == Kind.MAIL && channel.address().equals(address))
                    .findFirst();
            if (same.isPresent()) {
                throw new Problem(409, "channel-known", "This address is there already; remove it to begin anew");
            }
            requireRoom(known);
            ChannelStore.sendsCode(handle, person, address, now);
            var channel = new Channel(ids.next("nc_"), person, Kind.MAIL, address, null, null, false);
            ChannelStore.insert(handle, channel, hash(code), now.plus(CODE_LIFETIME), now);
            return true;
        });
        return code;
    }

    /** Whoever reads what is sent there is {@code person}. Throws Problem 400. */
    void confirm(Person person, String id, String code) {
        var now = clock.instant();
        var confirmed = journal.<Boolean>commit((handle, evidence) -> {
            if (!ChannelStore.guess(handle, id, person, MAX_GUESSES, now)
                    || !ChannelStore.confirm(handle, id, hash(code.strip()), now)) {
                return false;
            }
            evidence.record(added(person, id, Kind.MAIL));
            return true;
        });
        if (!confirmed) {
            throw Problem.invalid("/code", "Not the code, or its time is over: remove the address and add it again");
        }
    }

    /** A browser that its push service can reach. Throws Problem 400, 409. */
    void addBrowser(Person person, String endpoint, String publicKey, String auth) {
        requireEndpoint(endpoint);
        requireKeys(publicKey, auth);
        var now = clock.instant();
        var id = ids.next("nc_");
        journal.<Boolean>commit((handle, evidence) -> {
            var known = ChannelStore.of(handle, person);
            var again = known.stream().anyMatch(channel -> channel.address().equals(endpoint));
            if (!again) {
                requireRoom(known);
                evidence.record(added(person, id, Kind.PUSH));
            }
            ChannelStore.insert(
                    handle, new Channel(id, person, Kind.PUSH, endpoint, publicKey, auth, true), null, null, now);
            return true;
        });
    }

    void remove(Person person, String id) {
        journal.<Boolean>commit((handle, evidence) -> {
            if (ChannelStore.remove(handle, id, person)) {
                evidence.record(Entry.of("notification.channel_removed", id).with("person", person.id()));
            }
            return true;
        });
    }

    private static Entry added(Person person, String id, Kind kind) {
        return Entry.of("notification.channel_added", id)
                .with("person", person.id())
                .with("kind", kind.name().toLowerCase(java.util.Locale.ROOT));
    }

    private static void requireRoom(List<Channel> known) {
        if (known.size() >= MAX_CHANNELS) {
            throw new Problem(409, "too-many-channels", "At most " + MAX_CHANNELS + "; remove one first");
        }
    }

    private static void requireMail(String address) {
        try {
            if (address.length() > MAX_ADDRESS
                    || !address.chars().allMatch(c -> c > ' ' && c < 127)
                    || address.indexOf('@') < 1) {
                throw new AddressException();
            }
            new InternetAddress(address, true).validate();
        } catch (AddressException e) {
            throw Problem.invalid("/address", "Not an address of mail");
        }
    }

    private static void requireEndpoint(String endpoint) {
        try {
            var uri = URI.create(endpoint);
            var secure = "https".equals(uri.getScheme())
                    || ("http".equals(uri.getScheme()) && OutboundHttp.isThisMachine(uri));
            if (secure && uri.getHost() != null && uri.getUserInfo() == null && endpoint.length() <= MAX_ENDPOINT) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw Problem.invalid("/endpoint", "Not the address of a push service");
    }

    private static void requireKeys(String publicKey, String auth) {
        try {
            var secret = Base64.getUrlDecoder().decode(auth);
            if (secret.length != AUTH_BYTES) {
                throw Problem.invalid("/keys/auth", "Expected 16 bytes");
            }
            new WebPushHybridEncrypt.Builder()
                    .withAuthSecret(secret)
                    .withRecipientPublicKey(Base64.getUrlDecoder().decode(publicKey))
                    .build();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw Problem.invalid("/keys/p256dh", "Not a key of a browser (RFC 8291 section 2.1)");
        }
    }

    private String code() {
        var code = new StringBuilder();
        for (var i = 0; i < CODE_DIGITS; i++) {
            code.append(random.nextInt(10));
        }
        return code.toString();
    }

    private static String hash(String code) {
        return Sha256.base64url(code.getBytes(StandardCharsets.UTF_8));
    }
}
