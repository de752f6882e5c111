package dev.countersign.lab.attack;

import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySource;
import dev.countersign.publish.Bundle;
import dev.countersign.publish.SignedVersion;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** Somebody with a key who signs versions of policies; whether the key is worth anything, the settings say. */
final class Publisher {
    private static final int ED25519_BYTES = 32;

    private final String id;
    private final KeyPair keys;

    Publisher(String id) throws GeneralSecurityException {
        this.id = id;
        this.keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    /** As the settings name publishers. */
    String jwks() {
        var encoded = keys.getPublic().getEncoded();
        var x = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOfRange(encoded, encoded.length - ED25519_BYTES, encoded.length));
        return "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"" + id + "\",\"x\":\"" + x + "\"}]}";
    }

    String sign(PolicySource set, String previous) {
        return SignedVersion.sign(set.hash().value(), previous, "", Instant.EPOCH, "EdDSA", id, input -> {
            try {
                var signer = Signature.getInstance("Ed25519");
                signer.initSign(keys.getPrivate());
                signer.update(input);
                return signer.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e); // every Java platform has Ed25519
            }
        });
    }

    /** The set of {@code folder} with one more policy, which forbids nothing. */
    static PolicySource variant(Path folder, String name) throws PolicyLoadException {
        var files = new TreeMap<>(PolicySource.read(folder).files());
        files.put("more.cedar", "@id(\"" + name + "\") forbid (principal, action, resource) when { 1 == 2 };");
        return new PolicySource(files);
    }

    /** What is sent to propose it. */
    static String body(String signature, PolicySource set) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("signature", signature)
                .put("bundle", Base64.getUrlEncoder().withoutPadding().encodeToString(Bundle.pack(set)))
                .toString();
    }
}
