package dev.countersign.transaction;

import dev.countersign.policy.SigningMethod;
import dev.countersign.session.Person;
import dev.countersign.webauthn.Authenticators.Assertion;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signed consent of one person to exactly one transaction, in force: neither withdrawn nor spent. The requester's own is
 * what {@code @require("signature")} asks for.
 *
 * @param groups that the identity provider vouched for in the session that signed
 * @param nonce base64url; the challenge signed is {@link Challenge#of}
 * @param assertion of other methods than WebAuthn: the key's id and the key, and the code as signature
 * @param shown how the transaction was shown
 * @param requestedAt when the request was opened
 * @param actingFor for whom the person stood in, or null
 */
record Approval(
        String id,
        String request,
        TransactionHash hash,
        Person person,
        String session,
        Set<String> groups,
        SigningMethod method,
        String nonce,
        Assertion assertion,
        Shown shown,
        @Nullable Person actingFor,
        Instant requestedAt,
        Instant signedAt) {
    boolean isFresh(Duration lifetime, Instant now) {
        return now.isBefore(signedAt.plus(lifetime));
    }
}
