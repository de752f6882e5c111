package dev.countersign.downstream;

import dev.countersign.session.Downstream;
import dev.countersign.session.OAuthError;
import dev.countersign.session.OAuthForm;
import dev.countersign.session.SessionTokens;
import java.util.Map;

/** Which exchange a request to the token endpoint is. */
final class Exchanges implements Downstream {
    private final SessionTokens tokens;
    private final NarrowedTokens narrowed;
    private final TransactionTokens transactions;

    Exchanges(SessionTokens tokens, NarrowedTokens narrowed, TransactionTokens transactions) {
        this.tokens = tokens;
        this.narrowed = narrowed;
        this.transactions = transactions;
    }

    @Override
    public boolean takes(OAuthForm form) {
        var has = form.optional("subject_token_type").orElse("");
        return wants(form).equals(TokenTypes.TRANSACTION_TOKEN)
                || has.equals(TokenTypes.TRANSACTION_TOKEN)
                || (TokenTypes.isAccessToken(has)
                        && form.optional("subject_token").filter(tokens::isOurs).isPresent());
    }

    @Override
    public Map<String, Object> exchange(Asked asked) {
        return switch (wants(asked.form())) {
            case TokenTypes.TRANSACTION_TOKEN -> transactions.issue(asked);
            case TokenTypes.ACCESS_TOKEN, TokenTypes.JWT -> narrowed.issue(asked);
            default -> throw OAuthError.invalidRequest("Only an access_token or a txn_token can be issued");
        };
    }

    private static String wants(OAuthForm form) {
        return form.optional("requested_token_type").orElse(TokenTypes.ACCESS_TOKEN);
    }
}
