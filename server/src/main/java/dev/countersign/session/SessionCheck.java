package dev.countersign.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Checks what was presented: token, proof, liveness. A failed proof is recorded as a signal on the session. */
public interface SessionCheck {
    Checked check(Presented presented);

    /** What came of it. */
    sealed interface Checked {
        /**
         * The session is live and the proof, where it is bound, is good.
         *
         * @param nextNonce a DPoP nonce for the next proof (RFC 9449 §8.2), or null
         * @param provedAt when the proof was made, as it says itself, or null when there was none or it does not say
         */
        record Live(
                Session session,
                @Nullable String nextNonce,
                @Nullable Instant provedAt) implements Checked {
            /** One without a proof that says when it was made. */
            public Live(Session session, @Nullable String nextNonce) {
                this(session, nextNonce, null);
            }
        }

        /**
         * No decision for this caller.
         *
         * @param code one of {@code invalid_session}, {@code invalid_proof}, {@code use_dpop_nonce},
         *     {@code replayed_proof}, {@code session_suspended}, {@code session_ended}, {@code proof_required}
         * @param text one sentence; no token, no key
         * @param session the session the token names, when it is known
         * @param nextNonce a DPoP nonce for the next proof, or null
         */
        record Refused(
                String code,
                String text,
                @Nullable SessionId session,
                @Nullable String nextNonce) implements Checked {}
    }
}
