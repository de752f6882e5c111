package dev.countersign.session;

import dev.countersign.GrantSettings;
import dev.countersign.Settings;
import dev.countersign.Settings.Span;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How long sessions may live, by who begins them, how sure that is, and for which client. */
final class Lifespans {
    private final Settings.Lifetimes lifetimes;
    private final Map<String, GrantSettings> clients;

    Lifespans(Settings.Lifetimes lifetimes, List<Settings.Client> clients) {
        this.lifetimes = lifetimes;
        this.clients = clients.stream()
                .collect(Collectors.toUnmodifiableMap(
                        Settings.Client::id, Settings.Client::grants, (first, second) -> first));
    }

    /** What the login earned; the client may only have it shorter. A later step-up changes neither. */
    Span of(SessionOpening.Opening opening) {
        var earned = opening.principal().kind() == Principal.Kind.USER
                ? level(opening.login().acr())
                : lifetimes.workload();
        var client = clients.getOrDefault(opening.client(), GrantSettings.PLAIN);
        return earned.within(client.idle(), client.absolute());
    }

    /** NIST SP 800-63B-4: phishing-resistant counts as AAL3, several factors as AAL2, anything else as AAL1. */
    private Span level(String acr) {
        if (Acr.satisfies(acr, Acr.PHR)) {
            return lifetimes.aal3();
        }
        return Acr.satisfies(acr, Acr.MFA) ? lifetimes.aal2() : lifetimes.aal1();
    }

    /** What sessions of the client may be used for. */
    Grant grant(String client) {
        return Grant.of(clients.getOrDefault(client, GrantSettings.PLAIN).scopes());
    }

    boolean mayRefresh(String client) {
        return clients.getOrDefault(client, GrantSettings.PLAIN).refresh();
    }

    /** A step-up, with its end. */
    Assurance bounded(Assurance stepUp) {
        return new Assurance(
                stepUp.acr(), stepUp.amr(), stepUp.at(), stepUp.at().plus(lifetimes.stepUp()));
    }
}
