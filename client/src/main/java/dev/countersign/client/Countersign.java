package dev.countersign.client;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.jwk.ECKey;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks Countersign. Safe for use by many threads.
 *
 * <pre>{@code
 * var countersign = Countersign.at(URI.create("https://countersign.example")).apiKey(key).build();
 * switch (countersign.evaluate(evaluation)) {
 *     case Permit permit -> execute(permit);
 *     case Refused refused -> challenge(refused);
 *     case Unavailable unavailable -> answer503();
 * }
 * }</pre>
 *
 * <p>{@link #evaluate} never throws for what happens on the wire and waits no longer than the timeouts: every failure is
 * {@link Decision.Unavailable}. It never asks twice by itself; a proof is good for one question.
 */
public final class Countersign {
    /** Evaluations in one {@link #evaluate(List)}. */
    public static final int MAX_BATCH = 100;

    private final URI issuer;
    private final Wire wire;
    private final Credential credential;
    private final JsonMapper json;
    private final Answers answers;
    private final Receipts receipts;
    private final Callbacks callbacks;

    private Countersign(Builder builder) {
        this.issuer = builder.issuer;
        this.wire = new Wire(builder.connectTimeout, builder.answerTimeout);
        this.json = JsonMapper.shared();
        this.answers = new Answers(json, builder.fulfilled);
        this.credential = builder.credential(wire, json);
        var tokens = new SignedTokens(issuer, wire, json, builder.clock);
        this.receipts = new Receipts(issuer, tokens, builder.clock);
        this.callbacks = new Callbacks(issuer, tokens, json, builder.clock);
    }

    /** @param issuer Countersign's public address, without a slash at the end */
    public static Builder at(URI issuer) {
        return new Builder(issuer);
    }

    /** May this happen, now? */
    public Decision evaluate(Evaluation evaluation) {
        try {
            return answers.decision(asked("/access/v1/evaluation", evaluation.body()));
        } catch (CountersignException e) {
            return new Decision.Unavailable(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Several questions, each answered by itself and in order. An answer that is missing is
     * {@link Decision.Unavailable}.
     *
     * @throws IllegalArgumentException for more than {@link #MAX_BATCH}
     */
    public List<Decision> evaluate(List<Evaluation> evaluations) {
        if (evaluations.size() > MAX_BATCH) {
            throw new IllegalArgumentException("At most " + MAX_BATCH + " evaluations in one batch");
        }
        JsonNode several;
        try {
            var bodies = evaluations.stream().map(Evaluation::body).toList();
            several = asked("/access/v1/evaluations", Map.of("evaluations", bodies))
                    .path("evaluations");
        } catch (CountersignException e) {
            Decision none = new Decision.Unavailable(String.valueOf(e.getMessage()));
            return evaluations.stream().map(evaluation -> none).toList();
        }
        var decisions = new ArrayList<Decision>();
        for (var i = 0; i < evaluations.size(); i++) {
            decisions.add(
                    several.size() == evaluations.size()
                            ? answers.decision(several.get(i))
                            : new Decision.Unavailable("The answer has another number of decisions"));
        }
        return decisions;
    }

    /**
     * Asks people for the approval that a refusal left open (AuthZEN Access Request and Approval Profile).
     *
     * @param evaluation the evaluation that was refused
     * @throws IllegalArgumentException when the refusal cannot be appealed
     * @throws CountersignException when no task came of it
     */
    public AccessTask request(Evaluation evaluation, Decision.Refused refused) {
        return request(evaluation, refused, null, null);
    }

    /**
     * As {@link #request(Evaluation, Decision.Refused)}, and asks to be told when the task is over.
     *
     * @param callback an address that Countersign's settings name for this enforcement point
     * @param state handed back with what is told ({@link Callbacks.Told#state}), or null
     */
    public AccessTask request(
            Evaluation evaluation, Decision.Refused refused, @Nullable URI callback, @Nullable String state) {
        var leave = refused.accessRequest();
        if (leave == null) {
            throw new IllegalArgumentException("The refusal (" + refused.code() + ") leaves no approval to ask for");
        }
        var denial = new LinkedHashMap<String, Object>();
        putIfThere(denial, "evaluation_id", leave.evaluationId());
        putIfThere(denial, "evaluated_at", leave.evaluatedAt());
        denial.put("expires_at", leave.expiresAt());
        denial.put("reason", leave.reason());
        putIfThere(denial, "binding_token", leave.bindingToken());
        putIfThere(denial, "template", leave.template());
        var body = evaluation.subjectMatter();
        body.put("denial", denial);
        if (callback != null) {
            var told = new LinkedHashMap<String, Object>();
            told.put("endpoint", callback.toString());
            putIfThere(told, "state", state);
            body.put("callback", told);
        }
        return answers.task(asked("/access/v1/requests", body));
    }

    /** How a request for approval stands. */
    public AccessTask status(String taskId) {
        return answers.task(exchanged(Wire.to(task(taskId)).GET()));
    }

    /** Takes a request for approval back. */
    public AccessTask cancel(String taskId) {
        return answers.task(
                exchanged(Wire.to(URI.create(task(taskId) + "/cancel")).POST(HttpRequest.BodyPublishers.noBody())));
    }

    /** Reports what became of a permitted transaction. Repeat it until it succeeds: it may be said more than once. */
    public void outcome(String transactionId, Outcome outcome) {
        sent(post("/transactions/" + segment(transactionId) + "/outcome", Map.of("outcome", outcome.wireName())));
    }

    /** Verifies receipts with Countersign's published keys. */
    public Receipts receipts() {
        return receipts;
    }

    /** Verifies what Countersign tells a callback endpoint. */
    public Callbacks callbacks() {
        return callbacks;
    }

    private URI task(String id) {
        // Built from our own configuration: a URL out of an answer never gets our credential.
        return URI.create(issuer + "/access/v1/requests/" + segment(id));
    }

    private JsonNode asked(String path, Object body) {
        return exchanged(post(path, body));
    }

    private HttpRequest.Builder post(String path, Object body) {
        return Wire.to(URI.create(issuer + path))
                .header("Content-Type", "application/json")
                .header("X-Request-ID", UUID.randomUUID().toString())
                .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
    }

    private JsonNode exchanged(HttpRequest.Builder request) {
        var answer = sent(request);
        try {
            return requireNonNull(json.readTree(answer.body()));
        } catch (JacksonException e) {
            // Jackson's message may quote the answer.
            throw new CountersignException(answer.status(), "The answer is not JSON");
        }
    }

    private Wire.Answer sent(HttpRequest.Builder request) {
        Wire.Answer answer;
        try {
            answer = wire.send(request.header("Authorization", "Bearer " + credential.bearer())
                    .build());
        } catch (IOException e) {
            throw new CountersignException(CountersignException.NO_ANSWER, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CountersignException(CountersignException.NO_ANSWER, "Interrupted while waiting", e);
        }
        if (answer.status() < 200 || answer.status() > 299) {
            throw new CountersignException(answer.status(), "Countersign answered " + answer.status());
        }
        return answer;
    }

    private static String segment(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static void putIfThere(Map<String, Object> map, String name, @Nullable String value) {
        if (value != null) {
            map.put(name, value);
        }
    }

    /** Settings of the client, each with a safe default except who is asking. */
    public static final class Builder {
        /** Default of {@link #connectTimeout}. */
        public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

        /** Default of {@link #answerTimeout}. */
        public static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

        private final URI issuer;
        private Duration connectTimeout = CONNECT_TIMEOUT;
        private Duration answerTimeout = ANSWER_TIMEOUT;
        private InstantSource clock = InstantSource.system();
        private Set<String> fulfilled = Set.of();
        private @Nullable String apiKey;
        private @Nullable String clientId;
        private @Nullable ECKey key;

        private Builder(URI issuer) {
            this.issuer = requireNonNull(issuer);
        }

        /** The enforcement point's API key. Either this or {@link #privateKey}. */
        public Builder apiKey(String secret) {
            this.apiKey = requireNonNull(secret);
            return this;
        }

        /** The enforcement point's name and private P-256 key (RFC 7523 private_key_jwt). */
        public Builder privateKey(String enforcementPoint, ECKey privateKey) {
            this.clientId = requireNonNull(enforcementPoint);
            this.key = requireNonNull(privateKey);
            return this;
        }

        /** How long making the connection may take. */
        public Builder connectTimeout(Duration longest) {
            this.connectTimeout = requireNonNull(longest);
            return this;
        }

        /** How long one answer may take, from sending to its last byte. */
        public Builder answerTimeout(Duration longest) {
            this.answerTimeout = requireNonNull(longest);
            return this;
        }

        /** Types of obligations on a permit that this enforcement point fulfils; a permit with another is refused. */
        public Builder fulfils(Set<String> obligationTypes) {
            this.fulfilled = Set.copyOf(obligationTypes);
            return this;
        }

        /** The time, for tests. */
        public Builder clock(InstantSource source) {
            this.clock = requireNonNull(source);
            return this;
        }

        /** @throws IllegalStateException without exactly one of API key and private key */
        public Countersign build() {
            if ((apiKey == null) == (key == null)) {
                throw new IllegalStateException("Exactly one of API key and private key");
            }
            return new Countersign(this);
        }

        private Credential credential(Wire wire, JsonMapper json) {
            var secret = apiKey;
            return secret != null
                    ? () -> secret
                    : new Credential.PrivateKeyJwt(
                            issuer, requireNonNull(clientId), requireNonNull(key), wire, json, clock);
        }
    }
}
