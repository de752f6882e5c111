package dev.countersign.trust;

import dev.countersign.DoorSettings;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundHttp;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bundles of the trust domains that settings name, each kept apart (SPIFFE Federation §4.2): keys of one never speak for
 * another. From a file, or from a bundle endpoint by the profile {@code https_web} (§5.2.1); refreshed while in use.
 */
public final class TrustBundles {
    /** How soon a changed file is noticed. */
    public static final Duration FILE_REFRESH = Duration.ofSeconds(2);

    private final Map<String, Refreshed<TrustBundle>> bundles = new LinkedHashMap<>();

    public TrustBundles(List<DoorSettings.TrustDomain> domains, OutboundHttp http, InstantSource clock) {
        for (var domain : domains) {
            var name = domain.name();
            var file = domain.bundleFile();
            var endpoint = domain.bundleEndpoint();
            bundles.put(
                    name,
                    file != null
                            ? new Refreshed<>(name, ofFile(name, file), bundle -> FILE_REFRESH, clock)
                            : new Refreshed<>(
                                    name,
                                    ofEndpoint(name, endpoint, http.trusting(domain.anchors())),
                                    TrustBundle::refreshAfter,
                                    clock));
        }
    }

    private static Refreshed.Source<TrustBundle> ofFile(String name, Path file) {
        return known -> TrustBundle.of(name, KeyDocuments.read(file));
    }

    private static Refreshed.Source<TrustBundle> ofEndpoint(String name, @Nullable URI endpoint, OutboundHttp http) {
        if (endpoint == null) {
            throw new IllegalArgumentException("Trust domain " + name + " has neither file nor bundle endpoint");
        }
        var documents = new KeyDocuments(http, null);
        return known -> notOlder(known, TrustBundle.of(name, documents.fetch(Destination.configured(endpoint))));
    }

    /** A bundle with a smaller sequence number is an earlier one: a key that was withdrawn must not come back (§4.2). */
    private static TrustBundle notOlder(@Nullable TrustBundle known, TrustBundle fetched) {
        if (known == null || known.sequence() == null) {
            return fetched;
        }
        if (fetched.sequence() == null || fetched.sequence() < known.sequence()) {
            throw new TrustUnavailable("The bundle of " + known.trustDomain() + " is an earlier one");
        }
        return fetched;
    }

    /** The bundle of {@code trustDomain}; empty when settings do not name it. Throws {@link TrustUnavailable}. */
    public Optional<TrustBundle> of(String trustDomain) {
        return Optional.ofNullable(bundles.get(trustDomain)).map(Refreshed::current);
    }

    /**
     * A newer bundle than {@code known}, in which nothing fitted, when it may be looked for by now; else the same. Throws
     * {@link TrustUnavailable}.
     */
    public TrustBundle newer(TrustBundle known) {
        var bundle = bundles.get(known.trustDomain());
        return bundle == null ? known : bundle.newer(known);
    }
}
