package dev.countersign.fatigue;

import dev.countersign.transaction.PromptFigures.Figures;
import dev.countersign.transaction.PromptFigures.Report;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One window as the page shows it. Public for the template. */
public record FatigueView(String title, boolean whole, List<Line> approvers, List<Line> groups) {
    /** Of one person or group. */
    public record Line(
            String who, int received, int answered, int denied, int notGenuine, int expired, String median) {}

    static List<FatigueView> of(List<Report> reports) {
        return reports.stream()
                .map(report -> new FatigueView(
                        "The last " + report.window().toDays() + " days",
                        report.whole(),
                        lines(report.approvers()),
                        lines(report.groups())))
                .toList();
    }

    private static List<Line> lines(List<Figures> figures) {
        return figures.stream()
                .map(each -> new Line(
                        each.who(),
                        each.received(),
                        each.answered(),
                        each.denied(),
                        each.notGenuine(),
                        each.expired(),
                        text(each.median())))
                .toList();
    }

    static String text(@Nullable Duration time) {
        if (time == null) {
            return "";
        }
        if (time.toMinutes() < 1) {
            return time.toSeconds() + " s";
        }
        return time.toHours() < 1
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toHours() + " h " + time.toMinutesPart() + " min";
    }
}
