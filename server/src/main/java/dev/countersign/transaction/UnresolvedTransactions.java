package dev.countersign.transaction;

import dev.countersign.session.Person;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Permitted transactions of which nobody knows whether they were carried out, for people who find out. */
public interface UnresolvedTransactions {
    /** What a person may say of one. */
    Set<String> RESOLUTIONS = Set.of(Outcome.EXECUTED, Outcome.FAILED, Outcome.NOT_EXECUTED);

    /** The longest unresolved first. {@code languages} as of {@code Accept-Language}. */
    List<ReceiptPage> oldest(int limit, @Nullable String languages);

    /** By its receipt's id, whatever its outcome is now. */
    Optional<About> find(String receipt);

    /**
     * A person's word, final. After {@code not_executed} the transaction may be asked for again: it is evaluated anew, and
     * nothing that was signed before counts. Throws Problem 404 when there is no such receipt, 409 when its outcome is not
     * unknown.
     *
     * @param evaluation the decision that let them
     */
    void resolve(String receipt, String outcome, Person by, String evaluation, String note);

    /**
     * What policies are told of it.
     *
     * @param person whose transaction it was
     */
    record About(String receipt, String enforcementPoint, String type, Person person) {}
}
