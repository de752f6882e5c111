package dev.countersign.lab.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code attack [ID…]}: attacks a fresh deployment and prints one row each. */
@Command(
        name = "attack",
        description =
                "Attack a fresh server and bank over the network. Exit 0: all blocked and all controls ok; 1: not.")
public final class AttackCommand implements Callable<Integer> {
    /** Exit code when an attack succeeded or an honest action failed. */
    static final int FAILED = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "Which attacks, e.g. S02 S24. Default: all.")
    private List<String> ids = new ArrayList<>();

    @Option(names = "--json", description = "One JSON object per attack and line.")
    private boolean json;

    /** Every attack, in the catalogue's order. */
    static List<Attack> all() {
        return Stream.of(
                        SessionAttacks.all(),
                        GrantAttacks.all(),
                        SignalAttacks.all(),
                        BoundCookieAttacks.all(),
                        TokenAttacks.all(),
                        SurroundingAttacks.all(),
                        AuthenticatorAttacks.all(),
                        FatigueAttacks.all(),
                        TakeoverAttacks.all(),
                        ForgedTokens.all(),
                        DoorAttacks.all(),
                        TransactionAttacks.all(),
                        AccessRequestAttacks.all(),
                        ConsentAttacks.all(),
                        DisplayAttacks.all(),
                        OfflineAttacks.all(),
                        PolicyAttacks.all(),
                        HistoryAttacks.all(),
                        PublishingAttacks.all(),
                        GraphAttacks.all(),
                        EvidenceAttacks.all(),
                        BundleAttacks.all(),
                        OutageAttacks.all(),
                        CertificateAttacks.all())
                .flatMap(List::stream)
                .sorted(java.util.Comparator.comparing(Attack::id))
                .toList();
    }

    @Override
    public Integer call() {
        var chosen = ids.isEmpty() ? all() : ids.stream().map(this::attack).toList();
        var code = 0;
        for (var attack : chosen) {
            var finding = attack.perform();
            var out = spec.commandLine().getOut();
            out.println(json ? json(attack, finding) : row(attack, finding));
            out.flush();
            code = finding.ok() ? code : FAILED;
        }
        return code;
    }

    private Attack attack(String id) {
        return all().stream()
                .filter(attack -> attack.id().equals(id.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "No attack " + id + ". There are: "
                                + all().stream().map(Attack::id).collect(Collectors.joining(", "))));
    }

    private static String row(Attack attack, Finding finding) {
        return String.format(
                Locale.ROOT,
                "%-4s %-62s %-10s %-12s %-14s %s",
                attack.id(),
                attack.title(),
                finding.blocked() ? "blocked" : "SUCCEEDED",
                finding.evidence() ? "in evidence" : "no evidence",
                finding.control() ? "control ok" : "CONTROL FAILED",
                finding.by());
    }

    private static String json(Attack attack, Finding finding) {
        var object = JsonMapper.shared().createObjectNode();
        object.put("id", attack.id())
                .put("attack", attack.title())
                .put("blocked", finding.blocked())
                .put("by", finding.by())
                .put("evidence", finding.evidence())
                .put("control", finding.control())
                .put("ok", finding.ok());
        return JsonMapper.shared().writeValueAsString(object);
    }
}
