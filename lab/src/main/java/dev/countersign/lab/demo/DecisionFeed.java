package dev.countersign.lab.demo;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal.Recorded;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** One line in the terminal for each thing that happened. */
final class DecisionFeed implements Consumer<Recorded> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final Set<String> HIDDEN =
            Set.of("key.created", "code.issued", "code.redeemed", "approval.prompted");
    private static final String GREEN = "32";
    private static final String RED = "31";
    private static final String YELLOW = "33";
    private static final String CYAN = "36";
    private static final String FAINT = "2";

    private final PrintWriter out;
    private final boolean colour;
    private final InstantSource clock;
    private final ZoneId zone;

    DecisionFeed(PrintWriter out, boolean colour, InstantSource clock, ZoneId zone) {
        this.out = out;
        this.colour = colour;
        this.clock = clock;
        this.zone = zone;
    }

    @Override
    public void accept(Recorded recorded) {
        line(recorded).ifPresent(line -> {
            out.println(line);
            out.flush();
        });
    }

    /** Empty for what is of no interest to somebody who watches. */
    Optional<String> line(Recorded recorded) {
        var entry = recorded.entry();
        if (HIDDEN.contains(entry.kind())) {
            return Optional.empty();
        }
        var time = TIME.format(clock.instant().atZone(zone));
        var head = painted(FAINT, time + "  #" + padded(Long.toString(recorded.index()), 4));
        return Optional.of(head + "  " + (entry.kind().equals("decision") ? decision(entry) : event(entry)));
    }

    private String decision(Entry entry) {
        var code = text(entry, "code");
        var permitted = Boolean.TRUE.equals(entry.members().get("decision"));
        var open = code.equals("step_up_required") || code.equals("approval_required");
        var tone = permitted ? GREEN : open ? YELLOW : RED;
        var what = padded(text(entry, "principal"), 14) + " " + padded(text(entry, "action"), 18);
        return painted(tone, padded(permitted ? "permit" : open ? "not yet" : "refused", 9)) + " " + what + " "
                + painted(tone, padded(code, 18)) + " " + painted(FAINT, listed(entry, "policies"));
    }

    private String event(Entry entry) {
        var tone = entry.kind().equals("session.signal") || entry.kind().endsWith(".denied") ? RED : CYAN;
        var members = entry.members().entrySet().stream()
                .filter(member -> Set.of("person", "principal", "acr", "kind", "client", "reason", "by", "outcome")
                        .contains(member.getKey()))
                .map(member -> member.getKey() + "=" + member.getValue())
                .collect(Collectors.joining("  "));
        return painted(tone, padded(entry.kind(), 24)) + " " + padded(entry.subject(), 26) + " "
                + painted(FAINT, members);
    }

    private static String text(Entry entry, String member) {
        return entry.members().get(member) instanceof String text ? text : "";
    }

    private static String listed(Entry entry, String member) {
        return entry.members().get(member) instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : "";
    }

    private static String padded(String text, int width) {
        return text.length() >= width ? text : text + " ".repeat(width - text.length());
    }

    private String painted(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
