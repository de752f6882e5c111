package dev.countersign.lab.bank;

import java.net.URI;

/**
 * What the bank is told.
 *
 * @param address its own public address, no trailing slash: what proofs of its customers' calls must name
 * @param host address to listen on
 * @param issuer Countersign
 * @param clientId the page's, at Countersign
 * @param enforcementPoint the bank's id at Countersign: the audience of its receipts
 * @param apiKey with which the bank asks Countersign
 */
public record BankSettings(
        URI address, String host, int port, URI issuer, String clientId, String enforcementPoint, String apiKey) {
    @Override
    public String toString() {
        return "BankSettings[" + address + "]"; // the key stays out of logs
    }
}
