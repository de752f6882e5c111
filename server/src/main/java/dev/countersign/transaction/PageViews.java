package dev.countersign.transaction;

import dev.countersign.display.Template;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import dev.countersign.session.Session;
import dev.countersign.session.Sessions;
import dev.countersign.transaction.AccessRequest.State;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes what pages show out of what is stored. */
final class PageViews {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final int HASH_LENGTH = 64;

    private final TransactionTypes types;
    private final AccessRequests requests;
    private final Approvals approvals;
    private final Groups groups;
    private final Sessions sessions;
    private final InstantSource clock;

    PageViews(
            TransactionTypes types,
            AccessRequests requests,
            Approvals approvals,
            Groups groups,
            Sessions sessions,
            InstantSource clock) {
        this.types = types;
        this.requests = requests;
        this.approvals = approvals;
        this.groups = groups;
        this.sessions = sessions;
        this.clock = clock;
    }

    /** @param languages the reader's {@code Accept-Language}, or null */
    RequestPage of(AccessRequest request, Session viewer, @Nullable String languages) {
        var now = clock.instant();
        var template = types.find(request.type()).map(TransactionType::template);
        var locale = locale(template, languages);
        var statement = Statements.of(request.canonical(), request.lines(), locale);
        var progress = requests.progress(request, now);
        var open = request.state() == State.OPEN;
        var isRequester = request.person().equals(viewer.person());
        var signed = approvals.of(request);
        return new RequestPage(
                request.id(),
                template.map(each -> each.title(locale)).orElse(request.type()),
                progress.status(),
                statement.text("action"),
                statement.named("resource"),
                statement.details(template),
                statement.named("requester"),
                sessions.find(request.session()).map(PageViews::origin).orElse("a session that is gone"),
                statement.text("audience"),
                time(request.createdAt()),
                time(request.expiresAt()),
                signed.stream()
                        .map(approval -> approval.person().id() + ", " + time(approval.signedAt()))
                        .toList(),
                open ? waiting(request, progress.tally()) : List.of(),
                CanonicalForm.hash(request.canonical()).hex(),
                template.map(Template::hash).orElse(""),
                template.isPresent() ? locale.toLanguageTag() : "",
                request.reason(),
                approvals.maySign(request, viewer, now),
                open && request.mayApprove(viewer.person(), viewer.groups(), groups, now),
                isRequester && open,
                open && signed.stream().anyMatch(approval -> approval.person().equals(viewer.person())));
    }

    /**
     * What a page says that it shows: the template by its hash and the locale, or neither of both for every member by its name.
     * Throws Problem 409 when the type is shown differently by now.
     */
    Shown shown(AccessRequest request, Fields said) {
        var display = said.optionalText("display", HASH_LENGTH);
        if (display == null || display.isEmpty()) {
            return Shown.PLAIN;
        }
        var locale = said.text("locale", HASH_LENGTH);
        return types.find(request.type())
                .map(TransactionType::template)
                .filter(template ->
                        template.hash().equals(display) && template.locales().contains(locale))
                .map(template -> new Shown(display, locale))
                .orElseThrow(() -> Problem.conflict("outdated-page", "This is shown differently now; load it again"));
    }

    ReceiptPage of(StoredReceipt receipt, List<Outcomes.Word> words, @Nullable String languages) {
        var template = types.find(receipt.type()).map(TransactionType::template);
        var locale = locale(template, languages);
        var statement = Statements.of(receipt.canonical(), receipt.lines(), locale);
        var outcome = receipt.outcome();
        return new ReceiptPage(
                receipt.id(),
                template.map(each -> each.title(locale)).orElse(receipt.type()),
                statement.text("action"),
                statement.named("resource"),
                statement.details(template),
                statement.named("requester"),
                statement.text("audience"),
                time(receipt.issuedAt()),
                outcome == null ? "not reported yet" : outcome.replace('_', ' '),
                words.stream().map(PageViews::word).toList(),
                Outcome.UNKNOWN.equals(outcome),
                Long.toString(receipt.evidenceIndex()),
                CanonicalForm.hash(receipt.canonical()).hex());
    }

    private static String word(Outcomes.Word word) {
        var said = word.outcome().replace('_', ' ') + ", says " + word.by() + ", " + time(word.at());
        return word.note() == null ? said : said + ": " + word.note();
    }

    private static Locale locale(Optional<Template> template, @Nullable String languages) {
        return template.map(each -> each.locale(languages)).orElse(Locale.ENGLISH);
    }

    private static List<String> waiting(AccessRequest request, Tally tally) {
        var missing = new ArrayList<String>();
        for (var need : request.needs()) {
            var lacks = need.quorum() - tally.of(need).size();
            if (lacks > 0) {
                missing.add(lacks + (lacks == 1 ? " more person of " : " more people of ") + need.group());
            }
        }
        if (request.signature() && tally.signature().isEmpty()) {
            missing.add("The requester's own signature");
        }
        return missing;
    }

    private static String origin(Session session) {
        var from = session.startedFrom() == null ? "an unknown address" : session.startedFrom();
        return session.userAgent() == null ? from : from + ", " + session.userAgent();
    }

    private static String time(Instant time) {
        return TIME.format(time);
    }
}
