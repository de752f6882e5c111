package dev.countersign.policy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How large a schema becomes when the reference has replaced every type name by what it stands for. Types that use types
 * twice double it each time: twenty such lines would keep the reference busy for minutes.
 */
final class SchemaExpansion {
    /** Largest schema, names after expansion. */
    static final long MAX_NAMES = 200_000;

    private static final Pattern DECLARATION = Pattern.compile("\\btype\\s+([A-Za-z_][A-Za-z0-9_]*)\\s*=");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Map<String, StringBuilder> bodies = new HashMap<>();
    private final Map<String, Long> sizes = new HashMap<>();
    private final Set<String> open = new HashSet<>();

    private SchemaExpansion() {}

    static @Nullable PolicyFault excess(List<SourceText> files) {
        var asWritten = new SchemaExpansion(); // knows no declaration
        var expanded = new SchemaExpansion();
        var written = 0L;
        for (var file : files) {
            var code = code(file.text());
            written += asWritten.size(code);
            if (written > MAX_NAMES) {
                return fault(file);
            }
            expanded.declare(code);
        }
        var size = 0L;
        for (var file : files) {
            size += expanded.size(code(file.text()));
            if (size > MAX_NAMES) {
                return fault(file);
            }
        }
        return null;
    }

    private static PolicyFault fault(SourceText file) {
        return file.fault(
                "with types that use types, the schema is larger than " + MAX_NAMES + " names, or deeper than "
                        + Lexis.MAX_NESTING,
                "use entities, or fewer levels of types that contain one another several times");
    }

    /** The text without strings and comments. */
    private static String code(String text) {
        var code = new StringBuilder(text.length());
        for (var at = 0; at < text.length(); ) {
            var next = Lexis.next(text, at);
            code.append(next == at + 1 && text.charAt(at) != '"' ? text.charAt(at) : ' ');
            at = next;
        }
        return code.toString();
    }

    /** Types of one name in several namespaces count as all of them together: never less than it is. */
    private void declare(String code) {
        var declaration = DECLARATION.matcher(code);
        while (declaration.find()) {
            var end = code.indexOf(';', declaration.end());
            bodies.computeIfAbsent(declaration.group(1), name -> new StringBuilder())
                    .append(' ')
                    .append(code, declaration.end(), end < 0 ? code.length() : end);
        }
    }

    private long size(CharSequence code) {
        var names = NAME.matcher(code);
        var size = 0L;
        while (names.find() && size <= MAX_NAMES) {
            size += sizeOf(names.group());
        }
        return size;
    }

    private long sizeOf(String name) {
        var body = bodies.get(name);
        if (body == null) {
            return 1;
        }
        var known = sizes.get(name);
        if (known != null) {
            return known;
        }
        if (open.contains(name)) {
            return 1; // a cycle: the reference refuses it
        }
        if (open.size() == Lexis.MAX_NESTING) {
            return MAX_NAMES + 1; // its native code would recurse as deep
        }
        open.add(name);
        var size = 1 + size(body);
        open.remove(name);
        sizes.put(name, size);
        return size;
    }
}
