package dev.countersign.downstream;

/** Token type identifiers (RFC 8693 §3, draft-ietf-oauth-transaction-tokens-10 §9). */
final class TokenTypes {
    static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    static final String JWT = "urn:ietf:params:oauth:token-type:jwt";
    static final String TRANSACTION_TOKEN = "urn:ietf:params:oauth:token-type:txn_token";

    private TokenTypes() {}

    static boolean isAccessToken(String type) {
        return type.equals(ACCESS_TOKEN) || type.equals(JWT);
    }
}
