package dev.countersign.transaction;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How approvers fare with what they are asked: who is asked too often, who never answers, who answers too fast. */
public interface PromptFigures {
    /** Of the requests that were opened within each of {@code windows}, which begin with the longest. */
    List<Report> over(List<Duration> windows);

    /**
     * Figures of one window.
     *
     * @param whole false when only the newest requests were counted
     * @param approvers most asked first; {@code groups} too
     */
    record Report(Duration window, boolean whole, List<Figures> approvers, List<Figures> groups) {}

    /**
     * Of one person, whatever their accounts, or of one group.
     *
     * @param received requests that waited for them
     * @param answered of these: signed, denied or called not genuine; of a group, by any of them
     * @param denied of these, without those called not genuine
     * @param notGenuine of these
     * @param expired of those received: ended by time, without their answer
     * @param median from the request to the answer, of a group to the first; null without any
     */
    record Figures(
            String who,
            int received,
            int answered,
            int denied,
            int notGenuine,
            int expired,
            @Nullable Duration median) {}
}
