package dev.countersign.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The schema of a policy set: all {@code *.cedarschema} files, in the order of their names, are one. Packs in one folder each
 * bring the words that they share: the same text counts once.
 */
final class SchemaSource {
    private final List<SourceText> files = new ArrayList<>();

    SchemaSource(PolicySource source) {
        var texts = new HashSet<String>();
        for (Map.Entry<String, String> file : source.files().entrySet()) {
            if (PolicySource.isSchema(file.getKey()) && texts.add(file.getValue())) {
                files.add(new SourceText(file.getKey(), file.getValue()));
            }
        }
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    /** All files in one. */
    String text() {
        var text = new StringBuilder();
        files.forEach(file -> text.append(file.unmarked()).append('\n'));
        return text.toString();
    }

    /** What must be refused before the reference sees it: its native code would end the process, or hardly ever end. */
    @Nullable
    PolicyFault excess() {
        for (var file : files) {
            var nesting = Lexis.nestingFault(file, 0, file.text().length(), "{<[", "}>]");
            if (nesting != null) {
                return nesting;
            }
        }
        return SchemaExpansion.excess(files);
    }

    /** In Cedar's JSON format. Throws {@link CedarReference.InvalidSchema}. */
    JsonNode json() {
        return CedarReference.schemaJson(text());
    }

    /** Where in its file the reference's finding is. */
    PolicyFault fault(CedarReference.Finding finding) {
        var before = 0;
        for (var file : files) {
            var text = file.unmarked();
            var bytes = 1 + text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
            if (finding.start() < before + bytes || file.equals(files.getLast())) {
                var mark = file.text().length() - text.length();
                var unlike = unlike();
                return file.fault(
                        file.after(mark, finding.start() - before),
                        finding.reason(),
                        unlike.isEmpty() ? finding.hint() : unlike);
            }
            before += bytes;
        }
        throw new IllegalStateException("a finding without a schema");
    }

    /** A hint when two packs bring different versions of a file that they share; else empty. */
    private String unlike() {
        var shared = new HashMap<String, String>();
        for (var file : files) {
            var name = file.file().substring(file.file().lastIndexOf('/') + 1);
            var earlier = shared.putIfAbsent(name, file.file());
            if (earlier != null) {
                return earlier + " and " + file.file() + " differ; packs in one folder share the same text";
            }
        }
        return "";
    }
}
