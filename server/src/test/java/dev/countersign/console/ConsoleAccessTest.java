package dev.countersign.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySource;
import dev.countersign.session.Acr;
import dev.countersign.session.Assurance;
import dev.countersign.session.Binding;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionState;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may read the console: as any other policy, over groups from the identity provider and from {@code entities.json}. */
final class ConsoleAccessTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final ConsoleAccess access;

    ConsoleAccessTest() throws PolicyLoadException {
        var set = PolicySet.parse(
                new PolicySource(Map.of("console.cedarschema", """
                entity Group in [Group];
                entity User in [Group] = { name: String, person: String };
                entity Console;
                action "read-console" appliesTo { principal: [User], resource: [Console], context: {} };
                """, "console.cedar", """
                permit (principal in Group::"audit", action == Action::"read-console", resource);
                @id("not-erin") forbid (principal, action, resource) when { principal.person == "erin" };
                """, "entities.json", """
                [{ "uid": { "type": "Group", "id": "audit" }, "attrs": {}, "parents": [] },
                 { "uid": { "type": "User", "id": "dora" }, "attrs": { "name": "dora", "person": "dora" },
                   "parents": [{ "type": "Group", "id": "audit" }] }]
                """)));
        access = new ConsoleAccess(() -> set, PolicySet::entities);
    }

    @Test
    void aGroupOfTheIdentityProviderMayRead() {
        assertThat(access.mayRead(session("bob", Set.of("audit")))).isTrue();
    }

    @Test
    void aStoredGroupMayRead() {
        assertThat(access.mayRead(session("dora", Set.of()))).isTrue();
    }

    @Test
    void nobodyElseMayRead() {
        assertThat(access.mayRead(session("mallory", Set.of("treasury")))).isFalse();
    }

    @Test
    void policiesSeeThePersonBehindTheAccount() {
        assertThat(access.mayRead(session("erin", Set.of("audit")))).isFalse();
    }

    private static Session session(String user, Set<String> groups) {
        return new Session(
                new SessionId("se_AAAAAAAAAAAAAAAAAAAAAA"),
                null,
                new Principal(Principal.Kind.USER, user),
                new Person(user),
                "https://idp.example",
                "countersign",
                new Assurance(Acr.BASE, Set.of(), NOW),
                null,
                new Binding.None(),
                groups,
                SessionState.ACTIVE,
                null,
                null,
                null,
                NOW,
                NOW.plusSeconds(60),
                NOW.plusSeconds(600),
                0);
    }
}
