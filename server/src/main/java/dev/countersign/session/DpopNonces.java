package dev.countersign.session;

import dev.countersign.key.Sha256;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * This node's DPoP nonces (RFC 9449 §8) and the proofs seen with each. A nonce is 128 random bits that this process
 * remembers, so another node's, or one from before a restart, is unknown here; proofs are remembered as long as their
 * nonce, so none is good twice anywhere.
 */
final class DpopNonces {
    /** A nonce is handed out for this long. */
    static final Duration ROTATE_AFTER = Duration.ofSeconds(30);

    /** A nonce is accepted for this long. */
    static final Duration VALID_FOR = Duration.ofMinutes(2);

    /** Proofs remembered per nonce; at the bound the next nonce is made early. */
    static final int MAX_PROOFS = 1 << 20;

    /** Nonces accepted at once; making more early drops the oldest. */
    static final int MAX_NONCES = 8;

    private static final int NONCE_BYTES = 16;

    private final InstantSource clock;
    private final SecureRandom random;
    private final int maxProofs;
    private final ReentrantLock rotating = new ReentrantLock();
    private volatile List<Minted> minted = List.of(); // newest first; written under the lock

    DpopNonces(InstantSource clock, SecureRandom random) {
        this(clock, random, MAX_PROOFS);
    }

    DpopNonces(InstantSource clock, SecureRandom random, int maxProofs) {
        this.clock = clock;
        this.random = random;
        this.maxProofs = maxProofs;
    }

    /** The nonce for the next proof. */
    String current() {
        var now = clock.instant();
        var newest = newest();
        return newest != null && newest.isNew(now)
                ? newest.nonce()
                : rotate(newest, now).nonce();
    }

    /** Uses up the proof: of all uses of the same one, at most one is {@link Use#FIRST}. */
    Use use(DpopProofs.Proof proof) {
        var of = find(proof.nonce());
        if (of == null) {
            return Use.UNKNOWN_NONCE;
        }
        var hash = ByteBuffer.wrap(Sha256.of(proof.thumbprint() + '.' + proof.jti()));
        return switch (of.seen().add(hash.getLong(), hash.getLong())) {
            case FIRST -> Use.FIRST;
            case SEEN -> Use.REPLAYED;
            case FULL -> {
                if (of.equals(newest())) {
                    rotate(of, clock.instant());
                }
                yield Use.UNKNOWN_NONCE;
            }
        };
    }

    private @Nullable Minted find(@Nullable String nonce) {
        var now = clock.instant();
        for (var one : minted) {
            if (one.nonce().equals(nonce)) {
                return one.isValid(now) ? one : null;
            }
        }
        return null;
    }

    private @Nullable Minted newest() {
        var all = minted;
        return all.isEmpty() ? null : all.getFirst();
    }

    /** Makes the nonce after {@code last}, unless another thread just did. */
    private Minted rotate(@Nullable Minted last, Instant now) {
        rotating.lock();
        try {
            var newest = newest();
            if (newest != null && !newest.equals(last)) {
                return newest;
            }
            var next = new Minted(newNonce(), now, new SeenProofs(maxProofs));
            var all = new ArrayList<Minted>(MAX_NONCES);
            all.add(next);
            minted.stream()
                    .filter(one -> one.isValid(now))
                    .limit(MAX_NONCES - 1)
                    .forEach(all::add);
            minted = List.copyOf(all);
            return next;
        } finally {
            rotating.unlock();
        }
    }

    private String newNonce() {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
    }

    /** What came of using a proof. */
    enum Use {
        FIRST,
        REPLAYED,
        /** No nonce, one of another node, of before a restart, too old, or one with too many proofs. */
        UNKNOWN_NONCE
    }

    private record Minted(String nonce, Instant at, SeenProofs seen) {
        boolean isNew(Instant now) {
            return now.isBefore(at.plus(ROTATE_AFTER));
        }

        boolean isValid(Instant now) {
            return now.isBefore(at.plus(VALID_FOR));
        }
    }
}
