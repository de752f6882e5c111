package dev.countersign.decision;

import static java.util.Objects.requireNonNull;

import dev.countersign.policy.IpValue;
import dev.countersign.policy.RecordValue;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Knows the surroundings of an action: network, device, risk. Hears of every action whose session and proof are good, and of
 * every proof that was not. In memory, as a rule; throws Problem 503 when a change of risk cannot be made durable.
 */
public interface Surroundings {
    /** Nothing is known. */
    Surroundings UNKNOWN = new Surroundings() {
        @Override
        public Seen acting(Session session, @Nullable IpValue address, Instant now) {
            return around(session, address, now);
        }

        @Override
        public Seen around(@Nullable Session session, @Nullable IpValue address, Instant now) {
            var network = RecordValue.builder();
            return new Seen(
                    address == null
                            ? network.build()
                            : network.put("ip", address).build(),
                    null,
                    null,
                    null,
                    0);
        }

        @Override
        public void refused(SessionId session, String code, Instant now) {
            // nobody listens
        }
    };

    /** What is known around this action; the action itself counts from now on. */
    Seen acting(Session session, @Nullable IpValue address, Instant now);

    /** What is known around a question that is no action; {@code session} is null when somebody speaks for the actor. */
    Seen around(@Nullable Session session, @Nullable IpValue address, Instant now);

    /** What was presented for the session was refused, with this reason code. Whoever presented it is not known. */
    void refused(SessionId session, String code, Instant now);

    /**
     * What is known, as policies see it.
     *
     * @param network {@code context.network}
     * @param device {@code context.device}, or null without a session
     * @param risk {@code context.risk}, or null without a session
     * @param overdueReviews of what the session's person did in emergencies
     * @param idle since the session acted before, or null without a session
     */
    record Seen(
            RecordValue network,
            @Nullable RecordValue device,
            @Nullable RecordValue risk,
            @Nullable Duration idle,
            long overdueReviews) {
        public Seen {
            requireNonNull(network);
        }
    }
}
