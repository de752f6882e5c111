package dev.countersign.decision;

import static java.util.Objects.requireNonNull;

import dev.countersign.policy.EntityUid;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;

/** Who acts, as policies know them. */
sealed interface Actor {
    /** As policies name them. */
    EntityUid uid();

    /** A user, workload or agent: what sessions are of, with a person behind it. */
    record Account(Principal principal, Person person) implements Actor {
        public Account {
            requireNonNull(principal);
            requireNonNull(person);
        }

        @Override
        public EntityUid uid() {
            return PrincipalEntity.uid(principal);
        }
    }

    /**
     * An entity of another type that the schema declares. It has no session, and nobody knows which person is behind it: an
     * asserting enforcement point speaks for it, and it can neither begin nor approve a transaction.
     */
    record Declared(EntityUid uid) implements Actor {
        public Declared {
            requireNonNull(uid);
        }
    }
}
