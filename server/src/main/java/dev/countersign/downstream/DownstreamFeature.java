package dev.countersign.downstream;

import dev.countersign.Settings;
import dev.countersign.evidence.Journal;
import dev.countersign.jose.OwnTokens;
import dev.countersign.key.KeyRing;
import dev.countersign.key.RandomIds;
import dev.countersign.session.DetailTypes;
import dev.countersign.session.Downstream;
import dev.countersign.session.SessionOpening;
import dev.countersign.session.SessionTokens;
import dev.countersign.session.Sessions;
import dev.countersign.transaction.ReceiptCheck;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Tokens for what stands behind: narrower ones, with who acts for whom, and transaction tokens. */
public final class DownstreamFeature {
    private DownstreamFeature() {}

    /** The trust domain of the transaction tokens is the host of the issuer. */
    public static Downstream wire(
            Settings settings,
            SessionTokens tokens,
            SessionOpening opening,
            Sessions sessions,
            DetailTypes types,
            ReceiptCheck receipts,
            KeyRing keys,
            Journal journal,
            InstantSource clock,
            SecureRandom random) {
        var signed = new OwnTokens(TransactionTokens.TYPE, settings.issuer().toString(), keys, clock);
        return new Exchanges(
                tokens,
                new NarrowedTokens(tokens, opening, types),
                new TransactionTokens(
                        settings.issuer().getHost(),
                        signed,
                        tokens,
                        sessions,
                        receipts,
                        journal,
                        new RandomIds(random),
                        clock));
    }
}
