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
        for (var statement : PolicyText.split(file, text)) {
            var excess = statement.excess();
            if (excess != null) {
                throw new PolicyLoadException(List.of(statement.fault(excess, "")));
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
