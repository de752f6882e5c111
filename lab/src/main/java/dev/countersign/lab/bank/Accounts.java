package dev.countersign.lab.bank;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The bank's books. Guarded by its monitor: a transfer takes and gives in one step or not at all. */
final class Accounts {
    private final Map<String, Account> byIban = new LinkedHashMap<>();

    Accounts(List<Account> opening) {
        opening.forEach(account -> byIban.put(account.iban(), account));
    }

    /** The accounts with which the demo opens. */
    static Accounts ofTheDemo() {
        return new Accounts(List.of(
                new Account(
                        "DE89370400440532013000", "Operating account", "alice", "EUR", new BigDecimal("1840250.75")),
                new Account("DE02120300000000202051", "Current account", "bob", "EUR", new BigDecimal("12480.10")),
                new Account("DE02500105170137075030", "Current account", "carol", "EUR", new BigDecimal("8931.42")),
                new Account("DE02100500000054540402", "Current account", "mallory", "EUR", new BigDecimal("13.37"))));
    }

    synchronized List<Account> ownedBy(String person) {
        return byIban.values().stream()
                .filter(account -> account.owner().equals(person))
                .toList();
    }

    synchronized Optional<Account> find(String iban) {
        return Optional.ofNullable(byIban.get(iban));
    }

    /** Moves {@code amount} to {@code to}, which may be at another bank. False when there is too little on {@code from}. */
    synchronized boolean transfer(String from, String to, BigDecimal amount) {
        var source = byIban.get(from);
        if (amount.signum() <= 0 || source == null || source.balance().compareTo(amount) < 0) {
            return false;
        }
        byIban.put(from, source.plus(amount.negate()));
        byIban.computeIfPresent(to, (iban, target) -> target.plus(amount));
        return true;
    }
}
