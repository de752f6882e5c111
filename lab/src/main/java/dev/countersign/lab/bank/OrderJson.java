package dev.countersign.lab.bank;

import dev.countersign.lab.bank.Instruction.KeyExport;
import dev.countersign.lab.bank.Instruction.NewAdministrator;
import dev.countersign.lab.bank.Instruction.Transfer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An order as the page gets it. */
final class OrderJson {
    private OrderJson() {}

    static Map<String, Object> of(Order order) {
        var instruction = order.instruction();
        var json = new LinkedHashMap<String, Object>();
        json.put("id", instruction.id());
        json.put("kind", instruction.kind());
        json.put("path", instruction.path());
        json.put("title", instruction.title());
        json.put("subtitle", instruction.subtitle());
        json.put("status", status(order.status()));
        json.put("text", order.text());
        json.put("at", order.at().toString());
        json.put("facts", facts(instruction));
        json.put("body", instruction);
        if (instruction instanceof Transfer transfer) {
            json.put("amount", transfer.amount());
            json.put("currency", transfer.currency());
        }
        var standing = order.standing();
        if (!standing.code().isEmpty()) {
            json.put("code", standing.code());
        }
        if (standing.evidence() != null) {
            json.put("evidence", standing.evidence());
        }
        if (standing.stepUp() != null) {
            json.put(
                    "step_up",
                    Map.of(
                            "acr", standing.stepUp().acr(),
                            "max_age", standing.stepUp().maxAge()));
        }
        if (standing.request() != null) {
            json.put(
                    "request",
                    Map.of(
                            "id", standing.request().id(),
                            "status", standing.request().status()));
            json.put("approval_url", standing.request().page());
            json.put("signatures", standing.request().signatures());
        }
        return json;
    }

    private static String status(Order.Status status) {
        return (status == Order.Status.EXECUTING ? Order.Status.OPEN : status)
                .name()
                .toLowerCase(Locale.ROOT);
    }

    /** Name and value, in the order in which they are shown. */
    private static List<List<String>> facts(Instruction instruction) {
        return switch (instruction) {
            case Transfer transfer ->
                List.of(
                        List.of("Amount", transfer.amount() + " " + transfer.currency()),
                        List.of("To", transfer.payee().name()),
                        List.of("IBAN", transfer.payee().iban()),
                        List.of("Reference", transfer.reference()));
            case KeyExport export -> List.of(List.of("Key", export.key()), List.of("Purpose", export.purpose()));
            case NewAdministrator administrator ->
                List.of(List.of("Person", administrator.person()), List.of("Role", administrator.role()));
        };
    }
}
