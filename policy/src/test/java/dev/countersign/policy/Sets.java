package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;

/** Policy sets for tests, over one small schema. */
final class Sets {
    static final String SCHEMA = """
            entity Group in [Group];
            entity User in [Group] { name?: String, level?: Long } tags String;
            entity Account in [Account] { owner?: String };
            action write;
            action read, transfer in [write] appliesTo { principal: User, resource: Account,
              context: { amount?: decimal, n: Long, ip?: ipaddr, at?: datetime, text?: String, words?: Set<String> } };
            """;

    static final EntityUid ALICE = new EntityUid("User", "alice");
    static final EntityUid ACCOUNT = new EntityUid("Account", "a1");
    static final EntityUid TRANSFER = new EntityUid("Action", "transfer");

    private Sets() {}

    static PolicySource source(String policies) {
        return new PolicySource(Map.of("bank.cedar", policies, "bank.cedarschema", SCHEMA));
    }

    static PolicySet of(String policies) {
        try {
            return PolicySet.parse(source(policies));
        } catch (PolicyLoadException e) {
            return Assertions.fail("refused: " + e.getMessage());
        }
    }

    static Request transfer(RecordValue context) {
        return new Request(ALICE, TRANSFER, ACCOUNT, context);
    }

    /** The faults for which {@code policies} are refused. */
    static List<PolicyFault> faults(PolicySource source) {
        var faults = new java.util.ArrayList<PolicyFault>();
        assertThatThrownBy(() -> PolicySet.parse(source))
                .isInstanceOfSatisfying(PolicyLoadException.class, e -> faults.addAll(e.faults()));
        return faults;
    }

    static List<PolicyFault> faults(String policies) {
        return faults(source(policies));
    }
}
