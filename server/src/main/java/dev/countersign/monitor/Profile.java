package dev.countersign.monitor;

import dev.countersign.http.Json;
import dev.countersign.network.Location;
import dev.countersign.network.NetworkFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Where a principal is known to act from, and where it was last. Thread-safe: guarded by itself. */
final class Profile {
    /** Countries that are remembered; of more, the latest. */
    static final int MAX_COUNTRIES = 16;

    /** Autonomous systems that are remembered; of more, the latest. */
    static final int MAX_SYSTEMS = 32;

    /** A principal that stays where it is is written no more often. */
    static final Duration WRITE_AFTER = Duration.ofMinutes(5);

    private final Set<String> countries = new LinkedHashSet<>();
    private final Set<Long> systems = new LinkedHashSet<>();
    private @Nullable Place place;
    private @Nullable Instant seenAt;
    private @Nullable Instant writtenAt;
    private Reports reports = Reports.NONE;
    private boolean unwritten;

    synchronized boolean knowsCountry(String country) {
        return countries.contains(country);
    }

    synchronized boolean knowsAsn(long asn) {
        return systems.contains(asn);
    }

    synchronized boolean hasCountries() {
        return !countries.isEmpty();
    }

    /** True when country and autonomous system of {@code network} are both known here. */
    synchronized boolean knows(NetworkFacts network) {
        return countries.contains(network.country()) && systems.contains(network.asn());
    }

    @Nullable
    synchronized Place place() {
        return place;
    }

    @Nullable
    synchronized Instant seenAt() {
        return seenAt;
    }

    synchronized Reports reports() {
        return reports;
    }

    synchronized void reports(Reports next) {
        reports = next;
    }

    synchronized void add(Reports.Report report) {
        reports = reports.merged(Reports.of(List.of(report)));
    }

    /** Learns where the principal acts from: the first country and system as they come, others only when {@code proven}. */
    synchronized void learn(NetworkFacts network, boolean proven) {
        if (network.knowsCountry() && (proven || countries.isEmpty())) {
            unwritten |= add(countries, network.country(), MAX_COUNTRIES);
        }
        if (network.knowsAsn() && (proven || systems.isEmpty())) {
            unwritten |= add(systems, network.asn(), MAX_SYSTEMS);
        }
    }

    private static <T> boolean add(Set<T> known, T one, int max) {
        if (!known.add(one)) {
            return false;
        }
        if (known.size() > max) {
            known.remove(known.iterator().next());
        }
        return true;
    }

    /** It acted, from there. */
    synchronized void acted(NetworkFacts network, Instant now) {
        seenAt = now;
        var location = network.location();
        if (location != null) {
            unwritten |= place == null || !place.location().equals(location);
            place = new Place(location, now);
        }
        unwritten |= writtenAt == null || writtenAt.plus(WRITE_AFTER).isBefore(now);
    }

    /** True, once, when there is something to write. */
    synchronized boolean takeUnwritten(Instant now) {
        var take = unwritten;
        if (take) {
            unwritten = false;
            writtenAt = now;
        }
        return take;
    }

    /** With what another node knows. */
    synchronized void merge(Profile other) {
        synchronized (other) { // just read, of nobody else
            other.countries.forEach(country -> add(countries, country, MAX_COUNTRIES));
            other.systems.forEach(system -> add(systems, system, MAX_SYSTEMS));
            if (other.place != null && (place == null || place.at().isBefore(other.place.at()))) {
                place = other.place;
            }
            if (other.seenAt != null && (seenAt == null || seenAt.isBefore(other.seenAt))) {
                seenAt = other.seenAt;
            }
            reports = reports.merged(other.reports);
        }
    }

    synchronized String json() {
        var json = Json.MAPPER.createObjectNode();
        var written = json.putArray("countries");
        countries.forEach(written::add);
        var numbers = json.putArray("systems");
        systems.forEach(numbers::add);
        if (place != null) {
            json.putObject("place")
                    .put("latitude", place.location().latitude())
                    .put("longitude", place.location().longitude())
                    .put("accuracy_km", place.location().accuracyKm())
                    .put("at", place.at().toEpochMilli());
        }
        if (seenAt != null) {
            json.put("seen_at", seenAt.toEpochMilli());
        }
        return Json.MAPPER.writeValueAsString(json);
    }

    static Profile read(String text) {
        var json = Json.MAPPER.readTree(text);
        var profile = new Profile();
        synchronized (profile) {
            json.path("countries").forEach(country -> profile.countries.add(country.stringValue()));
            json.path("systems").forEach(system -> profile.systems.add(system.longValue()));
            profile.place = json.has("place") ? place(json.get("place")) : null;
            profile.seenAt = json.has("seen_at")
                    ? Instant.ofEpochMilli(json.get("seen_at").longValue())
                    : null;
            profile.writtenAt = profile.seenAt;
        }
        return profile;
    }

    private static Place place(JsonNode place) {
        return new Place(
                new Location(
                        place.get("latitude").doubleValue(),
                        place.get("longitude").doubleValue(),
                        place.get("accuracy_km").intValue()),
                Instant.ofEpochMilli(place.get("at").longValue()));
    }
}
