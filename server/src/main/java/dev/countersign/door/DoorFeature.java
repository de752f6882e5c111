package dev.countersign.door;

import dev.countersign.DoorSettings;
import dev.countersign.Settings;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.session.ClaimsMapping;
import dev.countersign.session.Door;
import dev.countersign.trust.IssuerKeys;
import dev.countersign.trust.TrustBundles;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The doors that settings open. Nothing is contacted: an issuer may be away when we start. */
public final class DoorFeature {
    private final List<Door> doors;
    private final TrustBundles bundles;

    private DoorFeature(List<Door> doors, TrustBundles bundles) {
        this.doors = List.copyOf(doors);
        this.bundles = bundles;
    }

    /** @param mapping decides what sessions of people keep of their tokens */
    public static DoorFeature wire(Settings settings, ClaimsMapping mapping, InstantSource clock) {
        var http = new OutboundHttp(settings.outbound());
        var wanted = settings.doors();
        var bundles = new TrustBundles(wanted.trustDomains(), http, clock);
        var doors = new ArrayList<Door>();
        if (wanted.svids() != null) {
            doors.add(new JwtSvidDoor(wanted.svids().terms(), bundles, clock)); // first: it goes by the subject
        }
        for (var door : wanted.accessTokens()) {
            doors.add(new AccessTokenDoor(door, mapping, keys(door.issuer(), door.keys(), http, clock), clock));
        }
        for (var door : wanted.kubernetes()) {
            doors.add(kubernetes(door, http, clock));
        }
        for (var door : wanted.ci()) {
            doors.add(new CiDoor(door, keys(door.issuer(), door.keys(), http, clock), clock));
        }
        return new DoorFeature(doors, bundles);
    }

    private static IssuerKeys keys(URI issuer, DoorSettings.Keys where, OutboundHttp http, InstantSource clock) {
        return new IssuerKeys(issuer, where, http, clock);
    }

    private static Door kubernetes(DoorSettings.Kubernetes door, OutboundHttp http, InstantSource clock) {
        var where = door.keys();
        var review = door.review() == null
                ? null
                : new TokenReview(door.review(), where.credential(), http.trusting(where.anchors()));
        return new KubernetesDoor(door, keys(door.issuer(), where, http, clock), review, clock);
    }

    /** Those that are open, in the order in which tokens are shown to them. */
    public List<Door> doors() {
        return doors;
    }

    /** The trust domains whose SVIDs are believed. */
    public TrustBundles trustBundles() {
        return bundles;
    }
}
