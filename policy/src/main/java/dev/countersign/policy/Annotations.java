package dev.countersign.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
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
    private static final Set<String> APPROVAL =
            Set.of("quorum", "approvers", "expires", "separate", "methods", "escalate_after", "escalate_to");
    private static final Set<String> REVIEW = Set.of("review", "review_within");
    private static final Set<String> KINDS = Set.of("step-up", "approval", "signature", "proof");
    private static final Duration DEFAULT_MAX_AGE = Duration.ofMinutes(5);
    private static final Duration DEFAULT_EXPIRES = Duration.ofMinutes(15);
    private static final Duration DEFAULT_REVIEW = Duration.ofHours(24);
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

    /** What must follow when the policy permits, or null. Throws {@link BadAnnotation}. */
    static @Nullable Review review(String policy, Effect effect, Map<String, String> annotations) {
        return new Annotations(policy, annotations).review(effect);
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
                || REVIEW.contains(name)
                || name.equals("require")
                || (kinds.contains("step-up") && STEP_UP.contains(name))
                || (kinds.contains("approval") && APPROVAL.contains(name));
    }

    /** The annotation that was meant, or what there is. */
    private static String hint(String name, Set<String> kinds) {
        var allowed = new TreeSet<>(FREE);
        allowed.add("require");
        allowed.addAll(REVIEW);
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
        var approvers = group("approvers");
        var separate = annotations.getOrDefault("separate", "true");
        if (!separate.equals("true") && !separate.equals("false")) {
            throw new BadAnnotation(
                    "separate", "@separate must be true or false", "leave it out for true: different people");
        }
        return new Requirement.Approval(
                policy,
                Integer.parseInt(quorum),
                approvers,
                duration("expires", DEFAULT_EXPIRES),
                separate.equals("true"),
                methods(),
                escalation());
    }

    private EntityUid group(String name) {
        var uid = UID.matcher(annotations.getOrDefault(name, ""));
        if (!uid.matches()) {
            throw new BadAnnotation(
                    name,
                    "@" + name + " must name a group, like Group::\\\"treasury\\\"",
                    "write @" + name + "(\"Group::\\\"treasury\\\"\"), with the inner quotes escaped");
        }
        return new EntityUid(uid.group(1), uid.group(2));
    }

    private Set<SigningMethod> methods() {
        var list = annotations.get("methods");
        if (list == null) {
            return SigningMethod.SIGNATURES;
        }
        var methods = EnumSet.noneOf(SigningMethod.class);
        for (var word : list.split(",", -1)) {
            var method = SigningMethod.of(word.strip());
            if (method.isEmpty() || !methods.add(method.get())) {
                throw new BadAnnotation(
                        "methods",
                        "@methods must list one or more of webauthn, ed25519, ocra, number, each once",
                        "leave it out for signatures that others can verify: webauthn and ed25519");
            }
        }
        return methods;
    }

    private Requirement.Approval.@Nullable Escalation escalation() {
        if (!annotations.containsKey("escalate_after") && !annotations.containsKey("escalate_to")) {
            return null;
        }
        if (!annotations.containsKey("escalate_after")) {
            throw new BadAnnotation(
                    "escalate_to", "@escalate_to needs @escalate_after", "say when: @escalate_after(\"10m\")");
        }
        return new Requirement.Approval.Escalation(duration("escalate_after", DEFAULT_EXPIRES), group("escalate_to"));
    }

    private @Nullable Review review(Effect effect) {
        if (annotations.keySet().stream().noneMatch(REVIEW::contains)) {
            return null;
        }
        if (effect != Effect.PERMIT) {
            throw new BadAnnotation(
                    "review",
                    "@review stands on a forbid; only what a permit lets happen can be reviewed",
                    "put it on the permit");
        }
        return new Review(group("review"), duration("review_within", DEFAULT_REVIEW));
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
