package dev.countersign.door;

import dev.countersign.DoorSettings.Terms;
import dev.countersign.http.Json;
import dev.countersign.jose.ClockSkew;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.session.Person;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is asked of the claims of every token (RFC 7519 §4, RFC 8725 §3). Everything throws {@link InvalidJws}. */
final class TokenClaims {
    /** Most texts in one list of a token. */
    static final int MAX_TEXTS = 500;

    /** Longest name of a principal or group, characters; a person's is no longer. */
    static final int MAX_NAME = Person.MAX_ID;

    private TokenClaims() {}

    /** Addressed to us, and to nobody else who could use it here: every audience could replay it (RFC 9068 §5). */
    static void requireAudience(CompactJws token, Terms terms) {
        var audiences = texts(token.payload().get("aud"));
        if (!audiences.contains(terms.audience())) {
            throw new InvalidJws("it is for another audience");
        }
        for (var audience : audiences) {
            if (!audience.equals(terms.audience()) && !terms.otherAudiences().contains(audience)) {
                throw new InvalidJws("it is for other audiences as well");
            }
        }
    }

    /** Valid now. Returns when it expires, which it must say. */
    static Instant requireTimes(CompactJws token, Instant now) {
        var expiresAt = Instant.ofEpochSecond(token.seconds("exp"));
        if (ClockSkew.isOver(expiresAt, now)) {
            throw new InvalidJws("it has expired");
        }
        for (var name : new String[] {"iat", "nbf"}) {
            if (token.payload().has(name) && ClockSkew.isAhead(Instant.ofEpochSecond(token.seconds(name)), now)) {
                throw new InvalidJws("it is not valid yet");
            }
        }
        return expiresAt;
    }

    /** When the session ends that it opens: with the token (by our allowance for clocks), or after the longest session. */
    static Instant notAfter(Instant expiresAt, Terms terms, Instant now) {
        var end = expiresAt.plus(ClockSkew.ALLOWED);
        var longest = now.plus(terms.maxSession());
        return longest.isBefore(end) ? longest : end;
    }

    /** When it was issued; now, when it does not say. */
    static Instant issuedAt(CompactJws token, Instant now) {
        return token.payload().has("iat") ? Instant.ofEpochSecond(token.seconds("iat")) : now;
    }

    /** A token that somebody else acts with (RFC 8693 §4.1) names two; a session has one who acts. */
    static void refuseDelegation(CompactJws token) {
        if (token.payload().has("act")) {
            throw new InvalidJws("it is delegated to another, which no door takes");
        }
    }

    /** The DPoP key it is bound to (RFC 9449 §6.1), or null. Bound in a way that we cannot check here: refused. */
    static @Nullable String boundKey(CompactJws token) {
        var confirmation = token.payload().get("cnf");
        if (confirmation == null) {
            return null;
        }
        if (!confirmation.isObject() || confirmation.size() != 1 || !confirmation.has("jkt")) {
            throw new InvalidJws("it is bound to a key in a way that this door cannot check");
        }
        return CompactJws.text(confirmation, "jkt");
    }

    /** A name that policies and evidence can carry. */
    static String name(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || Json.hasControlCharacter(name)) {
            throw new InvalidJws("a name in it is empty, longer than " + MAX_NAME + " characters or holds controls");
        }
        return name;
    }

    /** A string, or an array of strings. */
    static Set<String> texts(@Nullable JsonNode node) {
        if (node != null && node.isString()) {
            return Set.of(node.stringValue());
        }
        if (node == null || !node.isArray() || node.size() > MAX_TEXTS) {
            throw new InvalidJws("a claim is missing, or no list of at most " + MAX_TEXTS + " strings");
        }
        var texts = new LinkedHashSet<String>();
        for (var element : node) {
            if (!element.isString()) {
                throw new InvalidJws("a claim is not a list of strings");
            }
            texts.add(element.stringValue());
        }
        return texts;
    }
}
