package dev.countersign.lab.bank;

import java.math.BigDecimal;

/**
 * An account as it stands now.
 *
 * @param owner who may use it
 */
record Account(String iban, String name, String owner, String currency, BigDecimal balance) {
    Account {
        if (balance.signum() < 0) {
            throw new IllegalArgumentException("An account is never overdrawn");
        }
    }

    Account plus(BigDecimal amount) {
        return new Account(iban, name, owner, currency, balance.add(amount));
    }
}
