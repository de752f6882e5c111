package dev.countersign.session;

import com.nimbusds.jose.jwk.JWKSet;
import dev.countersign.http.Problem;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.KeySets;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.outbound.Destination;
import java.net.URI;
import java.security.PublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The document and keys of one identity provider. Fetched when first needed; keys are fetched again for an unknown key id
 * (rotation), at most once per {@link #MIN_REFRESH}; while the provider is away, the known ones stay.
 */
final class ProviderKeys {
    /** Shortest time between two fetches of keys. */
    static final Duration MIN_REFRESH = Duration.ofSeconds(10);

    /** Documents older than this are fetched again, so that a withdrawn key does not verify forever. */
    static final Duration MAX_AGE = Duration.ofMinutes(15);

    /** After a failed first fetch, callers are refused at once for this long instead of waiting in line. */
    static final Duration RETRY_FIRST = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(ProviderKeys.class);

    private final URI issuer;
    private final ProviderDocuments documents;
    private final InstantSource clock;
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile @Nullable Known known;
    private volatile Instant tried = Instant.MIN;

    ProviderKeys(URI issuer, ProviderDocuments documents, InstantSource clock) {
        this.issuer = issuer;
        this.documents = documents;
        this.clock = clock;
    }

    /** The discovery document. Throws Problem 503 when it was never had and cannot be. */
    Discovery discovery() {
        return current().discovery();
    }

    /** The keys that could have signed {@code jws}; empty when the provider has none such. */
    List<PublicKey> candidates(CompactJws jws, SigningAlgorithm algorithm) {
        var now = current();
        var found = KeySets.candidates(now.keys(), jws, algorithm);
        if (found.isEmpty() && mayTry()) {
            found = KeySets.candidates(refreshed(now).keys(), jws, algorithm);
        }
        return found;
    }

    private Known current() {
        var have = known;
        if (have == null) {
            return refreshed(null);
        }
        var old = have.fetchedAt().plus(MAX_AGE).isBefore(clock.instant());
        return old && mayTry() ? refreshed(have) : have;
    }

    private boolean mayTry() {
        return tried.equals(Instant.MIN) || !tried.plus(MIN_REFRESH).isAfter(clock.instant());
    }

    /** Fetches, unless another thread just did. When that fails, {@code have} goes on, if there is one. */
    private Known refreshed(@Nullable Known have) {
        fetching.lock();
        try {
            var latest = known;
            if (latest != null && (have == null || latest.fetchedAt().isAfter(have.fetchedAt()))) {
                return latest;
            }
            if (latest == null && tried.isAfter(clock.instant().minus(RETRY_FIRST))) {
                throw ProviderDocuments.unreachable();
            }
            tried = clock.instant();
            var fetched = fetch();
            known = fetched;
            return fetched;
        } catch (Problem e) {
            if (have == null) {
                throw e;
            }
            LOG.warn("the keys of {} could not be fetched; the known ones stay: {}", issuer, e.detail());
            return have;
        } finally {
            fetching.unlock();
        }
    }

    private Known fetch() {
        var about = Destination.configured(Discovery.location(issuer));
        var discovery = Discovery.of(documents.fetch(about), issuer);
        try {
            var keys = JWKSet.parse(
                    documents.fetch(about.naming(discovery.jwksUri())).toString());
            return new Known(discovery, keys, clock.instant());
        } catch (ParseException e) {
            throw Problem.unavailable("The identity provider's keys cannot be read");
        }
    }

    private record Known(Discovery discovery, JWKSet keys, Instant fetchedAt) {}
}
