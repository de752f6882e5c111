package dev.countersign.entity;

import dev.countersign.http.Problem;
import dev.countersign.policy.EntityUid;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The last entity of a page, in a form that goes into a URL: {@code after} of the next page. */
final class PageMark {
    private static final char BETWEEN = '\n'; // in neither type nor id

    private PageMark() {}

    static String write(EntityUid uid) {
        var text = uid.type() + BETWEEN + uid.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Throws Problem 400 for what no page gave. */
    static EntityUid read(String mark) {
        try {
            var text = new String(Base64.getUrlDecoder().decode(mark), StandardCharsets.UTF_8);
            var between = text.indexOf(BETWEEN);
            if (between > 0) {
                return new EntityUid(text.substring(0, between), text.substring(between + 1));
            }
        } catch (IllegalArgumentException e) {
            // told below, as for a mark without a type
        }
        throw new Problem(400, "invalid-request", "after is not the next of a page").with("parameter", "after");
    }
}
