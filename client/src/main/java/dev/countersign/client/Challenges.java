package dev.countersign.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a resource server answers its own caller when the decision is no permit: RFC 6750 §3, RFC 9449 §7.1 and §9,
 * RFC 9470 §3.
 */
public final class Challenges {
    private static final Set<String> INVALID_TOKEN =
            Set.of("invalid_session", "session_ended", "session_suspended", "subject_mismatch");
    private static final Set<String> INVALID_PROOF = Set.of("invalid_proof", "replayed_proof", "proof_required");

    private Challenges() {}

    /**
     * An HTTP answer's status and headers; the body is the application's.
     *
     * @param headers such as {@code WWW-Authenticate} and {@code DPoP-Nonce}
     */
    public record Challenge(int status, Map<String, String> headers) {
        public Challenge {
            headers = Map.copyOf(headers);
        }
    }

    /** The answer for a decision. A permit is 200, with the next nonce. */
    public static Challenge of(Decision decision) {
        if (decision instanceof Decision.Permit permit) {
            return answer(200, null, permit.nonce());
        }
        if (decision instanceof Decision.Refused refused) {
            return refused(refused);
        }
        // What is not known to be permitted is not done; 503 tells the caller that asking again may help.
        return answer(503, null, null);
    }

    private static Challenge refused(Decision.Refused refused) {
        var code = refused.code();
        if (code.equals("use_dpop_nonce")) {
            return answer(401, dpop("use_dpop_nonce", "Use the nonce of the DPoP-Nonce header", ""), refused.nonce());
        }
        if (INVALID_PROOF.contains(code)) {
            return answer(401, dpop("invalid_dpop_proof", "The DPoP proof is not valid", ""), refused.nonce());
        }
        if (INVALID_TOKEN.contains(code)) {
            return answer(401, dpop("invalid_token", "The access token is not valid", ""), refused.nonce());
        }
        if (code.equals("step_up_required")) {
            return answer(401, stepUp(refused.obligations()), refused.nonce());
        }
        return answer(403, null, refused.nonce());
    }

    /** RFC 9470 §3. */
    private static String stepUp(List<Obligation> obligations) {
        var more = new StringBuilder();
        for (var obligation : obligations) {
            if (obligation.type().equals(Obligation.STEP_UP)) {
                var acr = obligation.acrValue();
                if (acr != null) {
                    more.append(", acr_values=\"").append(quotable(acr)).append('"');
                }
                var maxAge = obligation.maxAgeSeconds();
                if (maxAge != null) {
                    more.append(", max_age=\"").append((long) maxAge).append('"');
                }
                break;
            }
        }
        return dpop(
                "insufficient_user_authentication", "A stronger or fresher authentication is needed", more.toString());
    }

    private static String dpop(String error, String description, String more) {
        return "DPoP error=\"" + error + "\", error_description=\"" + description + "\"" + more + ", algs=\"ES256\"";
    }

    private static Challenge answer(int status, @Nullable String authenticate, @Nullable String nonce) {
        var headers = new LinkedHashMap<String, String>();
        if (authenticate != null) {
            headers.put("WWW-Authenticate", authenticate);
        }
        if (nonce != null) {
            headers.put("DPoP-Nonce", quotable(nonce));
            headers.put("Cache-Control", "no-store");
        }
        return new Challenge(status, headers);
    }

    /** Only what may stand in a quoted string as it is (RFC 9470 and RFC 9449 values): no quote, no control. */
    private static String quotable(String value) {
        return value.replaceAll("[^\\x21\\x23-\\x5B\\x5D-\\x7E ]", "");
    }
}
