package dev.countersign.review;

import static java.util.Objects.requireNonNullElse;

import dev.countersign.display.SafeText;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.session.Acr;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.Session;
import dev.countersign.transaction.Groups;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The page of reviews: for those who must look, and for those whose uses are looked at. */
final class ReviewRoutes {
    /** Reviews listed. */
    static final int MAX_LISTED = 200;

    /** Longest finding, characters. */
    static final int MAX_FINDING = 1_000;

    /** How fresh the reviewer's step-up must be. */
    static final Duration FRESH = Duration.ofMinutes(5);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Reviews reviews;
    private final BrowserSessions browsers;
    private final Groups groups;
    private final Pages pages;
    private final InstantSource clock;

    ReviewRoutes(Reviews reviews, BrowserSessions browsers, Groups groups, Pages pages, InstantSource clock) {
        this.reviews = reviews;
        this.browsers = browsers;
        this.groups = groups;
        this.pages = pages;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/reviews", this::list).post("/reviews/{id}", this::close);
    }

    private void list(ServerRequest request, ServerResponse response) {
        browsers.require(request, response).ifPresent(session -> {
            var now = clock.instant();
            var rows = reviews.newest(MAX_LISTED).stream()
                    .filter(review ->
                            isReviewer(review, session) || review.person().equals(session.person()))
                    .map(review -> row(review, session, now))
                    .toList();
            pages.send(
                    response,
                    200,
                    "reviews.jte",
                    Map.of(
                            "person",
                            session.principal().id(),
                            "session",
                            session.id().value(),
                            "reviews",
                            rows,
                            "fresh",
                            isFresh(session, now)));
        });
    }

    private void close(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.requireFresh(request, response).ifPresent(session -> {
            var form = Bodies.form(request);
            var review = reviews.find(request.path().pathParameters().get("id"))
                    .filter(found ->
                            isReviewer(found, session) || found.person().equals(session.person()))
                    .orElseThrow(() -> Problem.notFound("There is no such review"));
            if (review.person().equals(session.person())) {
                throw Problem.forbidden("Somebody else must look at what you did");
            }
            if (!isFresh(session, clock.instant())) {
                throw new Problem(403, "step-up-required", "Confirm with one of your authenticators first");
            }
            var verdict = form.getOrDefault("verdict", "");
            if (!verdict.equals("justified") && !verdict.equals("not_justified")) {
                throw Problem.invalid("/verdict", "Expected justified or not_justified");
            }
            var finding = form.getOrDefault("finding", "").strip();
            if (finding.isEmpty() || finding.length() > MAX_FINDING) {
                throw Problem.invalid("/finding", "Expected 1 to " + MAX_FINDING + " characters");
            }
            SafeText.require(finding, "/finding");
            reviews.close(review, session.person(), verdict.equals("justified"), finding);
            Answers.redirect(response, "/reviews");
        });
    }

    private boolean isReviewer(OpenReview review, Session session) {
        return session.isLive(clock.instant()) && groups.isIn(session.groups(), review.reviewers());
    }

    private static boolean isFresh(Session session, Instant now) {
        return session.hasAssurance(Acr.PHR, Set.of(), FRESH, now);
    }

    private ReviewRow row(OpenReview review, Session session, Instant now) {
        var state = review.isOverdue(now) ? "overdue" : "open";
        if (review.justified() != null) {
            state = review.justified() ? "justified" : "not justified";
        }
        return new ReviewRow(
                review.id(),
                state,
                review.principal(),
                review.action() + " on " + review.resource(),
                review.policy(),
                review.evaluation(),
                requireNonNullElse(review.receipt(), ""),
                TIME.format(review.openedAt()),
                TIME.format(review.dueAt()),
                review.isOpen() ? "" : review.closedBy() + ": " + review.finding(),
                review.isOpen()
                        && isReviewer(review, session)
                        && !review.person().equals(session.person()));
    }
}
