package dev.countersign.transaction;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.format.Format;
import com.networknt.schema.path.PathType;
import dev.countersign.display.Template;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.session.DetailTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The transaction types of a deployment: one folder each, with {@code schema.json}, {@code display.json}, for a batch
 * {@code batch.json}, where money moves {@code history.json}, and {@code examples/*.json}, which must be valid.
 */
final class TransactionTypes implements DetailTypes {
    /** Most examples of one type. */
    static final int MAX_EXAMPLES = 100;

    private final Map<String, TransactionType> types;

    private TransactionTypes(Map<String, TransactionType> types) {
        this.types = Map.copyOf(types);
    }

    /** Reads every type below {@code folder}. Throws {@link IllegalStateException} naming the file and what is wrong. */
    static TransactionTypes load(Path folder) {
        var registry = registry();
        var types = new TreeMap<String, TransactionType>();
        try (var folders = Files.list(folder)) {
            for (var each : folders.filter(Files::isDirectory).sorted().toList()) {
                var type = type(each, registry);
                types.put(type.name(), type);
            }
        } catch (IOException e) {
            throw new IllegalStateException("The transaction types in " + folder + " cannot be read", e);
        }
        return new TransactionTypes(types);
    }

    Optional<TransactionType> find(String name) {
        return Optional.ofNullable(types.get(name));
    }

    @Override
    public Set<String> names() {
        return types.keySet();
    }

    @Override
    public void validate(String type, JsonNode details, String pointer) {
        find(type)
                .orElseThrow(() -> Problem.invalid(pointer + "/type", "This transaction type is not configured"))
                .validate(details, pointer);
    }

    private static TransactionType type(Path folder, SchemaRegistry registry) {
        var name = String.valueOf(folder.getFileName());
        var schemaFile = folder.resolve("schema.json");
        var schemaJson = read(schemaFile);
        try {
            var broken = registry.getSchema(
                            SchemaLocation.of(Dialects.getDraft202012().getId()))
                    .validate(schemaJson);
            if (!broken.isEmpty()) {
                throw new IllegalArgumentException(broken.getFirst().toString());
            }
            TypeRules.requireClosed(schemaJson, "");
        } catch (RuntimeException e) {
            throw new IllegalStateException(schemaFile + ": " + e.getMessage(), e);
        }
        var type = new TransactionType(
                name,
                registry.getSchema(schemaJson),
                TypeRules.decimals(schemaJson),
                template(folder.resolve("display.json"), schemaJson),
                batch(folder.resolve("batch.json"), schemaJson),
                money(folder.resolve("history.json"), schemaJson));
        examples(folder.resolve("examples"))
                .forEach(file -> reading(file, () -> {
                    type.validate(read(file), "");
                    return type;
                }));
        return type;
    }

    private static Template template(Path file, JsonNode schema) {
        return reading(file, () -> {
            var template = Template.read(read(file));
            TypeRules.requireFits(template, schema);
            return template;
        });
    }

    private static @Nullable Batch batch(Path file, JsonNode schema) {
        return Files.exists(file) ? reading(file, () -> Batch.read(read(file), schema)) : null;
    }

    private static Moved.@Nullable Rule money(Path file, JsonNode schema) {
        return Files.exists(file) ? reading(file, () -> Moved.Rule.read(read(file), schema)) : null;
    }

    private static List<Path> examples(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            var examples = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .limit(MAX_EXAMPLES + 1)
                    .toList();
            if (examples.size() > MAX_EXAMPLES) {
                throw new IllegalStateException(folder + ": more than " + MAX_EXAMPLES + " examples");
            }
            return examples;
        } catch (IOException e) {
            throw new IllegalStateException(folder + ": cannot be read", e);
        }
    }

    private static <T> T reading(Path file, Supplier<T> content) {
        try {
            return content.get();
        } catch (Problem e) {
            throw new IllegalStateException(file + ": " + e.extensions().get("pointer") + ": " + e.detail(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        }
    }

    private static JsonNode read(Path file) {
        try {
            return Json.read(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IllegalStateException(file + ": cannot be read", e);
        } catch (Problem e) {
            throw new IllegalStateException(file + ": " + e.detail(), e);
        }
    }

    private static SchemaRegistry registry() {
        var dialect = Dialect.builder(Dialects.getDraft202012())
                .formats(List.of(format("decimal", Money::isDecimal), format("currency", Money::isCurrency)))
                .build();
        return SchemaRegistry.withDefaultDialect(
                dialect,
                builder -> builder.schemaRegistryConfig(SchemaRegistryConfig.builder()
                        .formatAssertionsEnabled(true)
                        .pathType(PathType.JSON_POINTER)
                        .build()));
    }

    private static Format format(String name, Predicate<String> rule) {
        return new Format() {
            @Override
            public String getName() {
                return name;
            }

            @Override
            public boolean matches(ExecutionContext context, String value) {
                return rule.test(value);
            }
        };
    }
}
