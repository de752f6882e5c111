package dev.countersign.session;

import dev.countersign.Settings;
import java.util.Map;
import java.util.function.Supplier;

/** Exchanges of our own tokens for others that reach further down and less far (RFC 8693). */
public interface Downstream {
    /** Whether a token exchange is one of these: by what it has, or by what it wants. */
    boolean takes(OAuthForm form);

    /** The token response (RFC 8693 §2.2.1). Throws {@link OAuthError}. */
    Map<String, Object> exchange(Asked asked);

    /**
     * One request to the token endpoint.
     *
     * @param client authenticated, when it has keys
     * @param proof the thumbprint of the key whose DPoP proof came along; throws {@link OAuthError} when none did. A proof is
     *     good once: to be asked for once
     */
    record Asked(OAuthForm form, Settings.Client client, Supplier<String> proof) {}
}
