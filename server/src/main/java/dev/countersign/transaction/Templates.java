package dev.countersign.transaction;

import dev.countersign.display.Template;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Keeps the templates that people sign under, so that what they saw can be shown again when the type has long changed. */
final class Templates {
    private final TransactionTypes types;

    Templates(TransactionTypes types) {
        this.types = types;
    }

    /** Keeps the template that is shown, with the signature that it belongs to. */
    void keep(Handle database, String type, Shown shown, Instant now) {
        types.find(type)
                .map(TransactionType::template)
                .filter(template -> template.hash().equals(shown.display()))
                .ifPresent(template -> insert(database, type, template, now));
    }

    private static void insert(Handle database, String type, Template template, Instant now) {
        database.createUpdate("""
                        insert into display_template (hash, type, template, since)
                        values (:hash, :type, :template, :now) on conflict (hash) do nothing""")
                .bind("hash", template.hash())
                .bind("type", type)
                .bind("template", template.canonical())
                .bind("now", now.toEpochMilli())
                .execute();
    }
}
