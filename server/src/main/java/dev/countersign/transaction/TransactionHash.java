package dev.countersign.transaction;

/** SHA-256 over a transaction's canonical bytes, 64 lower-case hex digits. */
public record TransactionHash(String hex) {
    public TransactionHash {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("A transaction hash is 64 lower-case hex digits");
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
