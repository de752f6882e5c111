package dev.countersign.policy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One policy as loaded.
 *
 * @param id its {@code @id}, else {@code policyN} in file order
 * @param annotations all of them
 * @param requirements what a {@code forbid} with {@code @require} asks for; empty when it forbids for good
 * @param text {@code @text}, for people: why; empty when there is none
 * @param file where it stands
 * @param line of its first character, from 1
 * @param review what follows when it permits, or null
 */
public record Policy(
        String id,
        Effect effect,
        Map<String, String> annotations,
        List<Requirement> requirements,
        String text,
        String file,
        int line,
        @Nullable Review review) {
    @Override
    public String toString() {
        return id;
    }
}
