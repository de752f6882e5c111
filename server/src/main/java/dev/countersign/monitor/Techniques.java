package dev.countersign.monitor;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** MITRE ATT&CK techniques of what was found. */
final class Techniques {
    private static final Map<String, String> BY_REASON = byReason();

    private Techniques() {}

    private static Map<String, String> byReason() {
        var techniques = new HashMap<String, String>();
        Detector.ALL.forEach(detector -> techniques.put(detector.id(), detector.technique()));
        for (var failed : FailedProofs.values()) {
            techniques.put(failed.id(), failed.technique());
        }
        for (var sign : FatigueSigns.values()) {
            techniques.put(sign.id(), FatigueSigns.TECHNIQUE);
        }
        return Map.copyOf(techniques);
    }

    /** Sorted, each once; what others report has none. */
    static List<String> of(Collection<String> reasons) {
        return reasons.stream()
                .map(BY_REASON::get)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .toList();
    }
}
