package dev.countersign.evidence;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one evidence entry says, before the log gives it its index and time. Written as JCS JSON (RFC 8785)
 * {@code {"index","kind","subject","time",…members}}.
 *
 * <p>Never holds a token, key, proof or password: hashes only.
 */
public final class Entry {
    private final String kind;
    private final String subject;
    private final SortedMap<String, Object> members = new TreeMap<>();

    private Entry(String kind, String subject) {
        this.kind = requireNonNull(kind);
        this.subject = requireNonNull(subject);
    }

    /**
     * @param kind dotted name, e.g. {@code session.started}, {@code decision}, {@code approval.spent}
     * @param subject what it is about: a session, transaction, approval or principal id
     */
    public static Entry of(String kind, String subject) {
        return new Entry(kind, subject);
    }

    public Entry with(String name, String value) {
        members.put(name, requireNonNull(value));
        return this;
    }

    public Entry with(String name, long value) {
        members.put(name, value);
        return this;
    }

    public Entry with(String name, boolean value) {
        members.put(name, value);
        return this;
    }

    public Entry with(String name, List<String> values) {
        members.put(name, List.copyOf(values));
        return this;
    }

    public String kind() {
        return kind;
    }

    public String subject() {
        return subject;
    }

    /** Members in JCS order; values are {@code String}, {@code Long}, {@code Boolean} or {@code List<String>}. */
    public SortedMap<String, Object> members() {
        return Collections.unmodifiableSortedMap(members);
    }
}
