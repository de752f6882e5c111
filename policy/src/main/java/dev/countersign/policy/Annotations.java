package dev.countersign.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a policy's annotations into its requirements. What is unknown or malformed fails the load. */
final class Annotations {
    /** Largest quorum. */
    static final int MAX_QUORUM = 100;

    /** Longest {@code @max_age} and {@code @expires}. */
    static final Duration MAX_DURATION = Duration.ofDays(366);

    private static final Set<String> FREE = Set.of("id", "text", "control");
    private static final Set<String> STEP_UP = Set.of("acr", "amr", "max_age");
    private static final Set<String> APPROVAL = Set.of("quorum", "approvers", "expires", "separate");
    private static final Set<String> KINDS = Set.of("step-up", "approval", "signature", "proof");
    private static final Duration DEFAULT_MAX_AGE = Duration.ofMinutes(5);
    private static final Duration DEFAULT_EXPIRES = Duration.ofMinutes(15);
    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,8})(s|m|h|d)");
    private static final Pattern UID =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*)::\"([^\"\\\\]{1,255})\"");

    private final String policy;
    private final Map<String, String> annotations;

    private Annotations(String policy, Map<String, String> annotations) {
        this.policy = policy;
        this.annotations = annotations;
    }

    /** Throws {@link BadAnnotation}. */
    static List<Requirement> requirements(String policy, Effect effect, Map<String, String> annotations) {
        return new Annotations(policy, annotations).read(effect);
    }

    private List<Requirement> read(Effect effect) {
        if (policy.isBlank()) {
            throw new BadAnnotation("id", "@id is empty", "give it a name, or leave @id out");
        }
        var require = annotations.get("require");
        var kinds = require == null ? Set.<String>of() : kinds(require);
        for (var name : annotations.keySet()) {
            if (!isKnown(name, kinds)) {
                throw new BadAnnotation(
                        name,
                        "annotation @" + name + " is unknown"
                                + (kinds.isEmpty() ? " without @require" : " for @require(\"" + require + "\")"),
                        hint(name, kinds));
            }
        }
        if (require != null && effect == Effect.PERMIT) {
            throw new BadAnnotation(
                    "require",
                    "@require stands on a permit; only a forbid can require",
                    "state what must be met as forbid (…) with @require, beside the permit");
        }
        var requirements = new ArrayList<Requirement>();
        for (var kind : kinds) {
            requirements.add(
                    switch (kind) {
                        case "step-up" -> stepUp();
                        case "approval" -> approval();
                        case "signature" -> new Requirement.Signature(policy);
                        default -> new Requirement.Proof(policy);
                    });
        }
        return List.copyOf(requirements);
    }

    private static boolean isKnown(String name, Set<String> kinds) {
        return FREE.contains(name)
                || name.equals("require")
                || (kinds.contains("step-up") && STEP_UP.contains(name))
                || (kinds.contains("approval") && APPROVAL.contains(name));
    }

    /** The annotation that was meant, or what there is. */
    private static String hint(String name, Set<String> kinds) {
        var allowed = new TreeSet<>(FREE);
        allowed.add("require");
        allowed.addAll(kinds.contains("step-up") ? STEP_UP : Set.of());
        allowed.addAll(kinds.contains("approval") ? APPROVAL : Set.of());
        var near = Spelling.nearest(name, allowed);
        if (near != null) {
            return "did you mean @" + near + "?";
        }
        if (STEP_UP.contains(name) || APPROVAL.contains(name)) {
            return "it goes with @require(\"" + (STEP_UP.contains(name) ? "step-up" : "approval") + "\")";
        }
        return "known here: @" + String.join(", @", allowed);
    }

    private static Set<String> kinds(String require) {
        var kinds = new LinkedHashSet<String>();
        for (var kind : require.split(",", -1)) {
            if (!KINDS.contains(kind.strip()) || !kinds.add(kind.strip())) {
                var near = Spelling.nearest(kind.strip(), KINDS);
                throw new BadAnnotation(
                        "require",
                        "@require(\"" + require + "\"): expected one or more of step-up, approval, signature, proof",
                        near == null || near.equals(kind.strip())
                                ? "each kind once, separated by commas"
                                : "did you mean " + near + "?");
            }
        }
        return kinds;
    }

    private Requirement stepUp() {
        var acr = annotations.get("acr");
        if (acr != null && acr.isBlank()) {
            throw new BadAnnotation("acr", "@acr is empty", "name a class, like urn:countersign:acr:phr");
        }
        return new Requirement.StepUp(policy, acr, words(annotations.get("amr")), duration("max_age", DEFAULT_MAX_AGE));
    }

    private Requirement approval() {
        var quorum = annotations.getOrDefault("quorum", "");
        if (!quorum.matches("[1-9][0-9]{0,2}") || Integer.parseInt(quorum) > MAX_QUORUM) {
            throw new BadAnnotation(
                    "quorum", "@quorum must be a whole number from 1 to " + MAX_QUORUM, "write @quorum(\"2\")");
        }
        var approvers = UID.matcher(annotations.getOrDefault("approvers", ""));
        if (!approvers.matches()) {
            throw new BadAnnotation(
                    "approvers",
                    "@approvers must name a group, like Group::\\\"treasury\\\"",
                    "write @approvers(\"Group::\\\"treasury\\\"\"), with the inner quotes escaped");
        }
        var separate = annotations.getOrDefault("separate", "true");
        if (!separate.equals("true") && !separate.equals("false")) {
            throw new BadAnnotation(
                    "separate", "@separate must be true or false", "leave it out for true: different people");
        }
        return new Requirement.Approval(
                policy,
                Integer.parseInt(quorum),
                new EntityUid(approvers.group(1), approvers.group(2)),
                duration("expires", DEFAULT_EXPIRES),
                separate.equals("true"));
    }

    private static Set<String> words(@Nullable String list) {
        var words = new LinkedHashSet<String>();
        if (list != null) {
            Arrays.stream(list.split("[, ]+")).forEach(words::add);
            if (words.contains("")) {
                throw new BadAnnotation("amr", "@amr has an empty word", "write @amr(\"hwk, user\")");
            }
        }
        return words;
    }

    private Duration duration(String name, Duration otherwise) {
        var text = annotations.get(name);
        if (text == null) {
            return otherwise;
        }
        var form = DURATION.matcher(text);
        if (form.matches()) {
            var amount = Long.parseLong(form.group(1));
            var duration = switch (form.group(2)) {
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
            if (duration.compareTo(MAX_DURATION) <= 0) {
                return duration;
            }
        }
        throw new BadAnnotation(
                name,
                "@" + name + " must be like 30s, 15m, 12h or 7d, at most 366 days",
                "write @" + name + "(\"15m\")");
    }
}
