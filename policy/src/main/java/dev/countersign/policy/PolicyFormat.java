package dev.countersign.policy;

import com.cedarpolicy.formatter.PolicyFormatter;
import com.cedarpolicy.model.exception.InternalException;
import java.util.List;

/** Policies in the one layout that the reference's formatter gives them. Comments stay. */
public final class PolicyFormat {
    private PolicyFormat() {}

    /**
     * {@code text} laid out.
     *
     * @param file for faults
     */
    public static String format(String file, String text) throws PolicyLoadException {
        var source = new SourceText(file, text);
        for (var next = PolicyText.next(source, null); next != null; next = PolicyText.next(source, next)) {
            var excess = next.excess();
            if (excess != null) {
                throw new PolicyLoadException(List.of(excess));
            }
        }
        return DeepStack.load(() -> {
            try {
                return PolicyFormatter.policiesStrToPretty(text);
            } catch (InternalException e) {
                throw new PolicyLoadException(List.of(new PolicyFault(
                        file, 0, 0, String.valueOf(e.getMessage()), "", "`policy check` names the place")));
            }
        });
    }
}
