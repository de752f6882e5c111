package dev.countersign.lab.attack;

import static dev.countersign.lab.attack.TokenIssuers.AUDIENCE;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.countersign.client.DpopKey;
import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.person.Hop;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Tokens of others at our doors, and doors that are made to reach inside. */
final class DoorAttacks {
    private static final String JWT = "urn:ietf:params:oauth:token-type:jwt";
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    private DoorAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack("S36", "CI token of a fork, other branch, other audience", DoorAttacks::foreignJobs),
                new Attack(
                        "S37", "SVID of another trust domain, expired, wrong audience", DoorAttacks::foreignWorkloads),
                new Attack("S52", "Keys' addresses that point inside the network", DoorAttacks::insideAddresses));
    }

    private static Finding foreignJobs(Stage stage) throws InterruptedException {
        var forge = stage.issuers().forgeKey;
        var now = stage.clock().instant();
        var token = TokenIssuers.sign(forge, "JWT", job(stage, now).build());
        var notes = new Notes().honest("the job", opens(exchange(stage, JWT, token)));
        var wrong = new LinkedHashMap<String, String>();
        wrong.put("the job's token, used again", token);
        var fork = job(stage, now).subject("repo:thief/shop:environment:production");
        wrong.put("fork", signed(stage, fork.claim("repository_id", "99").claim("repository_owner_id", "7")));
        wrong.put("fork with our name", signed(stage, job(stage, now).claim("repository_id", "99")));
        wrong.put("other owner", signed(stage, job(stage, now).claim("repository_owner_id", "7")));
        wrong.put("other branch", signed(stage, job(stage, now).subject("repo:lab/shop:ref:refs/heads/feature")));
        wrong.put("pull request", signed(stage, job(stage, now).subject("repo:lab/shop:pull_request")));
        wrong.put("other environment", signed(stage, job(stage, now).claim("environment", "staging")));
        wrong.put("other audience", signed(stage, job(stage, now).audience("sts.amazonaws.com")));
        wrong.put("more audiences", signed(stage, job(stage, now).audience(List.of(AUDIENCE, "sts.amazonaws.com"))));
        wrong.put("expired", signed(stage, job(stage, now.minus(Duration.ofHours(1)))));
        wrong.put(
                "thief's key",
                TokenIssuers.sign(
                        stage.issuers().partnerKey, "JWT", job(stage, now).build()));
        return refused(stage, notes, wrong);
    }

    private static JWTClaimsSet.Builder job(Stage stage, Instant now) {
        return claims(now)
                .issuer(stage.issuers().base("forge"))
                .subject(TokenIssuers.SUBJECT)
                .claim("repository_id", TokenIssuers.REPOSITORY)
                .claim("repository_owner_id", TokenIssuers.OWNER)
                .claim("ref", "refs/heads/main")
                .claim("environment", "production");
    }

    private static JWTClaimsSet.Builder claims(Instant now) {
        return new JWTClaimsSet.Builder()
                .audience(AUDIENCE)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
    }

    private static String signed(Stage stage, JWTClaimsSet.Builder job) {
        return TokenIssuers.sign(stage.issuers().forgeKey, "JWT", job.build());
    }

    private static Finding foreignWorkloads(Stage stage) throws InterruptedException {
        var issuers = stage.issuers();
        var now = stage.clock().instant();
        var ours = claims(now).subject("spiffe://lab.example/api");
        var theirs = claims(now).subject("spiffe://partner.example/api");
        var notes = new Notes()
                .honest("ours", opens(exchange(stage, JWT, TokenIssuers.sign(issuers.domainKey, "JWT", ours.build()))))
                .honest(
                        "partner",
                        opens(exchange(stage, JWT, TokenIssuers.sign(issuers.partnerKey, "JWT", theirs.build()))));
        var wrong = new LinkedHashMap<String, String>();
        wrong.put("ours by the partner's key", TokenIssuers.sign(issuers.partnerKey, "JWT", ours.build()));
        wrong.put("partner's by our key", TokenIssuers.sign(issuers.domainKey, "JWT", theirs.build()));
        wrong.put("unknown domain", svid(stage, claims(now).subject("spiffe://evil.example/api")));
        wrong.put("domain in other case", svid(stage, claims(now).subject("spiffe://LAB.example/api")));
        wrong.put("the domain itself", svid(stage, claims(now).subject("spiffe://lab.example")));
        wrong.put("path that climbs", svid(stage, claims(now).subject("spiffe://lab.example/../partner.example/api")));
        wrong.put("expired", svid(stage, claims(now.minus(Duration.ofHours(1))).subject("spiffe://lab.example/api")));
        wrong.put(
                "other audience",
                svid(stage, claims(now).audience("spiffe://lab.example/db").subject("spiffe://lab.example/api")));
        wrong.put("no expiry", svid(stage, claims(now).expirationTime(null).subject("spiffe://lab.example/api")));
        wrong.put("other type", TokenIssuers.sign(issuers.domainKey, "at+jwt", ours.build()));
        return refused(stage, notes, wrong);
    }

    private static String svid(Stage stage, JWTClaimsSet.Builder claims) {
        return TokenIssuers.sign(stage.issuers().domainKey, "JWT", claims.build());
    }

    private static Finding refused(Stage stage, Notes notes, Map<String, String> wrong) throws InterruptedException {
        wrong.forEach((name, token) -> {
            var answer = exchange(stage, JWT, token);
            notes.attempt(name, answer.status() == 400 && error(answer).equals("invalid_grant"), error(answer));
        });
        return notes.finding(stage.showsKind("token.refused"));
    }

    /** A provider that settings name is taken over, or its document: whoever fetches its keys is led inside. */
    private static Finding insideAddresses(Stage stage) {
        var issuers = stage.issuers();
        var notes = new Notes()
                .honest("provider", opens(exchange(stage, ACCESS_TOKEN, accessToken(stage, TokenIssuers.HONEST))));
        for (var name : issuers.gone()) {
            var answer = exchange(stage, ACCESS_TOKEN, accessToken(stage, name));
            var away = answer.status() == 503 && error(answer).equals("temporarily_unavailable");
            notes.attempt(name, away && issuers.intrusions() == 0, error(answer));
        }
        return notes.finding(false); // nothing was decided: the server's own log tells which address was refused
    }

    private static String accessToken(Stage stage, String provider) {
        var claims = claims(stage.clock().instant())
                .issuer(stage.issuers().base(provider))
                .subject("alice")
                .claim("client_id", "bank");
        return TokenIssuers.sign(stage.issuers().providerKey, "at+jwt", claims.build());
    }

    private static Hop exchange(Stage stage, String type, String token) {
        var endpoint = stage.issuer().resolve("/oauth/token");
        var thief = new Thief(stage);
        var key = DpopKey.generate(stage.clock());
        var nonce = thief.form(endpoint, Map.of("grant_type", "none"), Map.of())
                .header("DPoP-Nonce")
                .orElse(null);
        return thief.form(
                endpoint,
                Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:token-exchange",
                        "client_id",
                        "bank",
                        "subject_token_type",
                        type,
                        "subject_token",
                        token),
                Map.of("DPoP", key.proof("POST", endpoint, null, nonce)));
    }

    private static boolean opens(Hop answer) {
        return answer.status() == 200;
    }

    private static String error(Hop answer) {
        return answer.body().startsWith("{")
                ? answer.json().path("error").asString("" + answer.status())
                : "" + answer.status();
    }
}
