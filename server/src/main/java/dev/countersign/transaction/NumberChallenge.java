package dev.countersign.transaction;

import dev.countersign.session.Person;
import dev.countersign.session.SessionId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;

/**
 * A number that waits for one approver's one guess.
 *
 * @param human the approver under whatever account; {@code person} the account that asked for it
 * @param session that asked for it: no other answers
 * @param number as it is written, with its leading zeros; for the eyes of whoever made the request
 */
record NumberChallenge(
        String request, Person human, Person person, SessionId session, Nonce nonce, String number, Instant expiresAt) {
    /** Compared in constant time. */
    boolean isAnsweredBy(String guess) {
        return MessageDigest.isEqual(number.getBytes(StandardCharsets.UTF_8), guess.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "NumberChallenge[" + request + ", " + person.id() + ']'; // the number belongs into no log
    }
}
