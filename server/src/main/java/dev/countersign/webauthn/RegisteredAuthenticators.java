package dev.countersign.webauthn;

import dev.countersign.Settings;
import dev.countersign.http.Json;
import dev.countersign.key.Sha256;
import dev.countersign.session.Person;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Authenticators as the database knows them. */
final class RegisteredAuthenticators implements Authenticators {
    private final Settings.Webauthn settings;
    private final CredentialStore credentials;
    private final Ceremonies ceremonies;
    private final Refusals refusals;

    RegisteredAuthenticators(
            Settings.Webauthn settings, CredentialStore credentials, Ceremonies ceremonies, Refusals refusals) {
        this.settings = settings;
        this.credentials = credentials;
        this.ceremonies = ceremonies;
        this.refusals = refusals;
    }

    @Override
    public boolean has(Person person) {
        return credentials.of(person).stream().anyMatch(Credential::isUsable);
    }

    /** True when {@code person} has one, also one that waits to be registered again. */
    boolean hasAny(Person person) {
        return !credentials.of(person).isEmpty();
    }

    @Override
    public JsonNode request(Person person, byte[] challenge) {
        var options = request(challenge);
        descriptors(
                options,
                "allowCredentials",
                credentials.of(person).stream().filter(Credential::isUsable).toList());
        return options;
    }

    /** As {@link #request(Person, byte[])}, for one credential whether it waits or not. */
    JsonNode requestOf(Credential credential, byte[] challenge) {
        var options = request(challenge);
        descriptors(options, "allowCredentials", List.of(credential));
        return options;
    }

    private ObjectNode request(byte[] challenge) {
        var options = Json.MAPPER.createObjectNode();
        options.put("challenge", Responses.base64(challenge));
        options.put("timeout", Challenges.TTL.toMillis());
        options.put("rpId", settings.rpId());
        options.put("userVerification", "required");
        return options;
    }

    /** {@code PublicKeyCredentialCreationOptionsJSON} (WebAuthn L3 §5.4). */
    JsonNode creation(Person person, String name, byte[] challenge) {
        var options = Json.MAPPER.createObjectNode();
        options.put("challenge", Responses.base64(challenge));
        options.put("timeout", Challenges.TTL.toMillis());
        options.put("attestation", "none");
        options.putObject("rp").put("id", settings.rpId()).put("name", settings.name());
        options.putObject("user")
                .put("id", Responses.base64(userHandle(person)))
                .put("name", name)
                .put("displayName", name);
        var algorithms = options.putArray("pubKeyCredParams");
        Ceremonies.ALGORITHMS.forEach(
                a -> algorithms.addObject().put("type", "public-key").put("alg", a.getValue()));
        options.putObject("authenticatorSelection")
                .put("residentKey", "preferred")
                .put("userVerification", "required");
        descriptors(options, "excludeCredentials", credentials.of(person));
        return options;
    }

    @Override
    public Assertion verify(Person person, byte[] challenge, JsonNode json) {
        var response = Responses.authentication(json, "/response");
        var attempt = refusals.begin(person);
        var credential = credentials
                .find(person, Responses.base64(response.id()))
                .orElseThrow(() -> refusals.refuseBegun(person, "unknown_credential"));
        if (!credential.isUsable()) {
            throw refusals.refuseBegun(person, "disowned_credential");
        }
        return verify(credential, challenge, response, attempt);
    }

    /** As {@link #verify(Person, byte[], JsonNode)}, for exactly this credential, which may be waiting. */
    void verifyAgain(Credential credential, byte[] challenge, JsonNode json) {
        var response = Responses.authentication(json, "/response");
        var attempt = refusals.begin(credential.person());
        if (!Responses.base64(response.id()).equals(credential.id())) {
            throw refusals.refuseBegun(credential.person(), "other_credential");
        }
        verify(credential, challenge, response, attempt);
    }

    private Assertion verify(
            Credential credential, byte[] challenge, Responses.Authentication response, String attempt) {
        var person = credential.person();
        var handle = response.userHandle();
        if (handle.length > 0 && !Arrays.equals(handle, userHandle(person))) {
            throw refusals.refuseBegun(person, "other_user_handle");
        }
        var outcome = ceremonies.verify(credential, challenge, response);
        if (outcome.refusal() != null) {
            throw refusals.refuseBegun(person, outcome.refusal());
        }
        if (!credentials.used(credential, outcome.counter(), attempt)) {
            throw refusals.refuseBegun(person, "counter");
        }
        return new Assertion(
                credential.id(),
                Responses.base64(credential.publicKey()),
                Responses.base64(response.authenticatorData()),
                Responses.base64(response.clientData()),
                Responses.base64(response.signature()));
    }

    /** 32 bytes that tell an authenticator nothing about the person (WebAuthn L3 §14.6.1). */
    private static byte[] userHandle(Person person) {
        return Sha256.of("countersign/user-handle/v1\n" + person.id());
    }

    private static void descriptors(ObjectNode options, String name, List<Credential> credentials) {
        var list = options.putArray(name);
        credentials.forEach(c -> list.addObject().put("type", "public-key").put("id", c.id()));
    }
}
