package dev.countersign.device;

import dev.countersign.Settings.Right;
import dev.countersign.device.Device.Compliance;
import dev.countersign.device.Device.Posture;
import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.session.Person;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** Postures of devices over HTTP. Whoever calls needs the right {@code devices}. */
final class DeviceRoutes {
    private static final String PATH = "/devices/{id}/posture";

    /** A SHA-256, base64url without padding, as JWK and certificate thumbprints are written. */
    private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final EnforcementPoints enforcementPoints;
    private final Devices devices;
    private final InstantSource clock;

    DeviceRoutes(EnforcementPoints enforcementPoints, Devices devices, InstantSource clock) {
        this.enforcementPoints = enforcementPoints;
        this.devices = devices;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing) {
        routing.get(PATH, this::get).put(PATH, this::put).delete(PATH, this::delete);
    }

    private EnforcementPoint authorized(ServerRequest request) {
        var point = enforcementPoints.authenticate(request);
        if (!point.may(Right.DEVICES)) {
            throw Problem.forbidden("Devices are not yours to see or report");
        }
        return point;
    }

    private void put(ServerRequest request, ServerResponse response) {
        var by = authorized(request);
        var id = id(request);
        var body = Bodies.object(request);
        body.only(Set.of("reported_at", "managed", "compliant", "platform", "owner", "keys"));
        var at = reportedAt(body);
        var owner = body.optionalText("owner", Person.MAX_ID);
        var reported = new Device(id, owner == null ? null : new Person(owner), keys(body), null, null);
        var posture = new Posture(flag(body, "managed"), body.text("platform", Device.MAX_PLATFORM), at, by.id());
        var device = devices.report(reported, posture, new Compliance(flag(body, "compliant"), at, by.id()));
        Answers.json(response, 200, written(device));
    }

    private Instant reportedAt(Fields body) {
        var at = body.optionalInstant("reported_at");
        if (at == null) {
            throw Problem.invalid(body.at("reported_at"), "Missing");
        }
        if (at.isAfter(clock.instant().plus(Devices.MAX_SKEW))) {
            throw Problem.invalid(body.at("reported_at"), "Lies in the future");
        }
        return at.isBefore(Instant.EPOCH) ? Instant.EPOCH : at.truncatedTo(ChronoUnit.MILLIS);
    }

    private static boolean flag(Fields body, String name) {
        if (!body.has(name)) {
            throw Problem.invalid(body.at(name), "Missing");
        }
        return body.flag(name, false);
    }

    private static Set<String> keys(Fields body) {
        var array = body.get("keys");
        if (array == null) {
            return Set.of();
        }
        var pointer = body.at("keys");
        if (!array.isArray()) {
            throw Problem.invalid(pointer, "Expected an array");
        }
        if (array.size() > Device.MAX_KEYS) {
            throw Problem.invalid(pointer, "More than " + Device.MAX_KEYS + " keys");
        }
        var keys = new LinkedHashSet<String>();
        for (var i = 0; i < array.size(); i++) {
            var key = array.get(i);
            if (!key.isString() || !THUMBPRINT.matcher(key.stringValue()).matches()) {
                throw Problem.invalid(pointer + "/" + i, "Expected a SHA-256 thumbprint, base64url");
            }
            if (!keys.add(key.stringValue())) {
                throw Problem.invalid(pointer + "/" + i, "Twice");
            }
        }
        return keys;
    }

    private void get(ServerRequest request, ServerResponse response) {
        authorized(request);
        var device = devices.find(id(request)).orElseThrow(() -> Problem.notFound("There is no such device"));
        Answers.json(response, 200, written(device));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        var by = authorized(request);
        devices.remove(id(request), by.id());
        response.status(204).send();
    }

    private static String id(ServerRequest request) {
        var id = request.path().pathParameters().get("id");
        if (!Device.isId(id)) {
            throw new Problem(400, "invalid-request", "A device's id has 1 to " + Device.MAX_ID + " characters")
                    .with("parameter", "id");
        }
        return id;
    }

    private static ObjectNode written(Device device) {
        var json = Json.MAPPER.createObjectNode().put("id", device.id());
        if (device.owner() != null) {
            json.put("owner", device.owner().id());
        }
        var keys = json.putArray("keys");
        device.keys().stream().sorted().forEach(keys::add);
        var posture = device.posture();
        if (posture != null) {
            json.put("managed", posture.managed())
                    .put("platform", posture.platform())
                    .put("reported_at", posture.at().toString())
                    .put("reported_by", posture.source());
        }
        var compliance = device.compliance();
        if (compliance != null) {
            json.put("compliant", compliance.compliant())
                    .put("compliant_at", compliance.at().toString())
                    .put("compliant_by", compliance.source());
        }
        return json;
    }
}
