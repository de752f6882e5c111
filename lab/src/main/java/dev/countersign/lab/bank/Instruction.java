package dev.countersign.lab.bank;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * What a customer tells the bank to do: the body of the request, and what is asked of Countersign about it.
 *
 * <p>Constructors throw {@link BadInstruction} when a member is missing or no such value.
 */
sealed interface Instruction {
    /** Chosen by the customer's page; the same id is the same instruction, however often it is sent. */
    String id();

    /** What the activity list calls it. */
    String kind();

    /** Where the page posts it. */
    String path();

    String action();

    String resourceType();

    String resourceId();

    String transactionType();

    /** The transaction's details, as approvers see and sign them. */
    Map<String, Object> details();

    String title();

    String subtitle();

    /** Money from one of the bank's accounts to any IBAN. */
    record Transfer(String id, String from, String amount, String currency, Payee payee, String reference)
            implements Instruction {
        static final String PATH = "/api/transfers";

        public Transfer {
            BadInstruction.unless("id", id, "[A-Za-z0-9_-]{8,64}");
            BadInstruction.unless("from", from, Payee.IBAN);
            BadInstruction.unless("amount", amount, "(0|[1-9][0-9]{0,11})\\.[0-9]{2}");
            BadInstruction.unless("currency", currency, "EUR");
            BadInstruction.unless("payee", payee == null ? null : payee.name(), ".+");
            BadInstruction.unless("reference", reference, "\\P{Cntrl}{1,140}");
            if (new BigDecimal(amount).signum() == 0) {
                throw new BadInstruction("amount", "Must be more than zero");
            }
        }

        BigDecimal value() {
            return new BigDecimal(amount);
        }

        @Override
        public String kind() {
            return "transfer";
        }

        @Override
        public String path() {
            return PATH;
        }

        @Override
        public String action() {
            return "transfer";
        }

        @Override
        public String resourceType() {
            return "Account";
        }

        @Override
        public String resourceId() {
            return from;
        }

        @Override
        public String transactionType() {
            return "payment";
        }

        @Override
        public Map<String, Object> details() {
            return Map.of(
                    "amount", amount,
                    "currency", currency,
                    "payee", Map.of("name", payee.name(), "iban", payee.iban()),
                    "reference", reference);
        }

        @Override
        public String title() {
            return payee.name();
        }

        @Override
        public String subtitle() {
            return reference;
        }
    }

    /** Who gets the money. */
    record Payee(String name, String iban) {
        static final String IBAN = "[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}";

        public Payee {
            BadInstruction.unless("payee.name", name, "\\P{Cntrl}{1,70}");
            BadInstruction.unless("payee.iban", iban, IBAN);
        }
    }

    /** A copy of one of the bank's keys. */
    record KeyExport(String id, String key, String purpose) implements Instruction {
        static final String PATH = "/api/keys/export";

        public KeyExport {
            BadInstruction.unless("id", id, "[A-Za-z0-9_-]{8,64}");
            BadInstruction.unless("key", key, "[a-z0-9-]{1,64}");
            BadInstruction.unless("purpose", purpose, "\\P{Cntrl}{1,140}");
        }

        @Override
        public String kind() {
            return "key-export";
        }

        @Override
        public String path() {
            return PATH;
        }

        @Override
        public String action() {
            return "export-key";
        }

        @Override
        public String resourceType() {
            return "Key";
        }

        @Override
        public String resourceId() {
            return key;
        }

        @Override
        public String transactionType() {
            return "key-export";
        }

        @Override
        public Map<String, Object> details() {
            return Map.of("key", key, "purpose", purpose);
        }

        @Override
        public String title() {
            return "Export of " + key;
        }

        @Override
        public String subtitle() {
            return purpose;
        }
    }

    /** A new administrator. */
    record NewAdministrator(String id, String person, String role) implements Instruction {
        static final String PATH = "/api/administrators";
        static final List<String> ROLES = List.of("payments-operator", "security-officer");

        public NewAdministrator {
            BadInstruction.unless("id", id, "[A-Za-z0-9_-]{8,64}");
            BadInstruction.unless("person", person, "[a-z0-9._-]{1,64}");
            BadInstruction.unless("role", role, String.join("|", ROLES));
        }

        @Override
        public String kind() {
            return "administrator";
        }

        @Override
        public String path() {
            return PATH;
        }

        @Override
        public String action() {
            return "add-administrator";
        }

        @Override
        public String resourceType() {
            return "Bank";
        }

        @Override
        public String resourceId() {
            return "northgate";
        }

        @Override
        public String transactionType() {
            return "administrator";
        }

        @Override
        public Map<String, Object> details() {
            return Map.of("person", person, "role", role);
        }

        @Override
        public String title() {
            return "Administrator " + person;
        }

        @Override
        public String subtitle() {
            return role;
        }
    }
}
