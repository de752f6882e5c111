package dev.countersign.http;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The caller's fault, as an RFC 9457 problem document. Thrown anywhere below a route; {@link Problems} writes it.
 *
 * <p>{@code type} is a stable slug, published as {@code urn:countersign:problem:SLUG}. Neither {@code detail} nor an
 * extension ever holds a token, key or password.
 */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final transient Map<String, Object> extensions = new LinkedHashMap<>();
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    /**
     * @param status HTTP status, 400–599
     * @param type stable slug, lower case with hyphens
     * @param detail one sentence for the caller
     */
    public Problem(int status, String type, String detail) {
        super(requireNonNull(detail), null, false, false);
        this.status = status;
        this.type = requireNonNull(type);
    }

    /** 400 for one member of the request body, named by its JSON Pointer (RFC 6901). */
    public static Problem invalid(String pointer, String detail) {
        return new Problem(400, "invalid-request", detail).with("pointer", pointer);
    }

    /** 401: who calls is not known. */
    public static Problem unauthorized(String detail) {
        return new Problem(401, "unauthorized", detail);
    }

    /** 403: the caller is known and may not. */
    public static Problem forbidden(String detail) {
        return new Problem(403, "forbidden", detail);
    }

    /** 404. */
    public static Problem notFound(String detail) {
        return new Problem(404, "not-found", detail);
    }

    /** 409: the state does not allow it. */
    public static Problem conflict(String type, String detail) {
        return new Problem(409, type, detail);
    }

    /** 503: the database or another part this answer needs is not available; the door stays closed. */
    public static Problem unavailable(String detail) {
        return new Problem(503, "unavailable", detail).header("Retry-After", "1");
    }

    /** Adds an extension member. */
    public Problem with(String member, @Nullable Object value) {
        extensions.put(member, value);
        return this;
    }

    /** Adds a response header. */
    public Problem header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public int status() {
        return status;
    }

    /** The slug. */
    public String type() {
        return type;
    }

    /** One sentence for the caller. */
    public String detail() {
        return requireNonNull(getMessage());
    }

    public Map<String, Object> extensions() {
        return extensions;
    }

    public Map<String, String> headers() {
        return headers;
    }
}
