package dev.countersign.downstream;

import dev.countersign.session.OAuthError;
import dev.countersign.session.OAuthForm;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The {@code scope} parameter (RFC 6749 §3.3), only ever narrowed. */
final class Scopes {
    /** Most scopes in one request. */
    static final int MAX = 100;

    private Scopes() {}

    /** Those asked for, or all of {@code held} when none are. Throws {@code invalid_scope} unless all are among {@code held}. */
    static Set<String> narrowed(OAuthForm form, Set<String> held) {
        var text = form.optional("scope");
        if (text.isEmpty()) {
            return held;
        }
        var asked = new LinkedHashSet<>(List.of(text.get().split(" ", -1)));
        if (asked.size() > MAX || !held.containsAll(asked)) {
            // a token that names no scope is not known to have the one that is asked for
            throw new OAuthError(400, "invalid_scope", "The subject token does not have this scope");
        }
        return asked;
    }
}
