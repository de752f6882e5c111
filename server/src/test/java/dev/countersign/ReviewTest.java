package dev.countersign;

import static dev.countersign.Payments.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A permit for emergencies is loud, and is looked at afterwards by somebody else. */
@ParameterizedClass
@EnumSource(Engine.class)
final class ReviewTest {
    private static final String GLASS = """
            @id("in-an-emergency") @review("Group::\\"treasury\\"") @review_within("1m")
            permit (principal in Group::"on-call", action == Action::"read-account", resource is Account)
            when { resource has owner && resource.owner != principal.name };

            @id("reviews-come-first") @text("Reviews come first")
            forbid (principal in Group::"on-call", action == Action::"read-account", resource)
            when { context has overdue_reviews && context.overdue_reviews > 0 };

            @id("on-call-transfers") @review("Group::\\"treasury\\"")
            permit (principal in Group::"on-call", action == Action::"transfer", resource is Account);
            """;

    private final Engine engine;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path policies;

    private TestDeployment deployment;
    private TestPerson olga;

    ReviewTest(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void start() throws IOException {
        try (var files = Files.list(Path.of("..", "policies", "bank"))) {
            for (var file :
                    files.filter(each -> !each.toString().endsWith(".yaml")).toList()) {
                var text = Files.readString(file);
                Files.writeString(
                        policies.resolve(file.getFileName()),
                        text.replace("type Context = {", "type Context = {\n    overdue_reviews?: Long,"));
            }
        }
        Files.writeString(policies.resolve("glass.cedar"), GLASS);
        deployment = new TestDeployment(TestDatabases.settings(engine), policies);
        olga = deployment
                .person("olga", "on-call", "treasury")
                .loggedIn()
                .withAuthenticator()
                .atTheBank();
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private Decision read() {
        return olga.ask(presented -> Evaluation.of("User", "olga", "read-account", "Account", Payments.ACCOUNT)
                .resourceProperties(Map.of("owner", "alice"))
                .session(presented.token(), "DPoP", presented.proof(), "POST", TestDeployment.BANK_CALL)
                .client("203.0.113.7", "Firefox")
                .build());
    }

    private static String reviewOn(String page) {
        var found = Pattern.compile("rv_[A-Za-z0-9_-]+").matcher(page);
        assertThat(found.find()).as(page).isTrue();
        return found.group();
    }

    private HttpResponse<String> closed(TestPerson by, String review, String verdict) {
        return by.post(
                "/reviews/" + review,
                "verdict=" + verdict + "&finding=The+incident+was+real",
                "Content-Type",
                "application/x-www-form-urlencoded",
                "Sec-Fetch-Site",
                "same-origin");
    }

    @Test
    void eachUseRaisesAnAlarmAndIsClosedBySomebodyElseWithAStepUp() {
        assertThat(read().permitted()).isTrue();
        assertThat(deployment.evidenceOf("break_glass.used"))
                .singleElement()
                .satisfies(entry ->
                        assertThat(entry).contains("\"alarm\":true", "\"person\":\"olga\"", "in-an-emergency"));
        var review = reviewOn(olga.get("/reviews").body());
        assertThat(olga.get("/reviews").body()).doesNotContain("It was justified");
        olga.raised();
        assertThat(closed(olga, review, "justified").statusCode()).isEqualTo(403); // of treasury too, but it was her

        var bob = deployment.person("bob", "treasury").loggedIn().withAuthenticator();
        assertThat(bob.get("/reviews").body()).contains("Confirm that it is you");
        assertThat(closed(bob, review, "justified").statusCode()).isEqualTo(403);
        bob.raised();
        assertThat(closed(bob, review, "perhaps").statusCode()).isEqualTo(400);
        assertThat(closed(bob, review, "not_justified").statusCode()).isEqualTo(303);
        assertThat(closed(bob, review, "justified").statusCode()).isEqualTo(409);
        assertThat(bob.get("/reviews").body()).contains("not justified", "bob: The incident was real");
        assertThat(deployment.evidenceOf("review.closed")).hasSize(1);
        var mallory = deployment.person("mallory").loggedIn();
        assertThat(mallory.get("/reviews").body()).contains("Nothing to look at");
        assertThat(closed(mallory, review, "justified").statusCode()).isEqualTo(404);
    }

    @Test
    void aReviewThatIsOverdueAlarmsOnceAndPoliciesSeeIt() throws Exception {
        assertThat(read().permitted()).isTrue();
        deployment.advance(Duration.ofSeconds(61));
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (deployment.evidenceOf("review.overdue").isEmpty() && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        assertThat(deployment.evidenceOf("review.overdue")).hasSize(1);
        var refused = (Decision.Refused) read();
        assertThat(refused.text()).contains("Reviews come first");
        var bob = deployment
                .person("bob", "treasury")
                .loggedIn()
                .withAuthenticator()
                .raised();
        assertThat(closed(bob, reviewOn(bob.get("/reviews").body()), "justified")
                        .statusCode())
                .isEqualTo(303);
        assertThat(read().permitted()).isTrue();
    }

    @Test
    void aPermitOfATransactionIsReviewedOnceHoweverOftenItIsAsked() {
        var asked = transfer("olga", "tx-1", "50.00", null);
        assertThat(olga.ask(asked).permitted()).isTrue();
        assertThat(olga.ask(asked).permitted()).isTrue();
        assertThat(deployment.evidenceOf("break_glass.used"))
                .singleElement()
                .satisfies(entry -> assertThat(entry).contains("\"receipt\":\"rc_"));
    }
}
