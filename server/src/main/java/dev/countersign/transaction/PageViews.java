package dev.countersign.transaction;

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

/** Makes what pages show out of what is stored. */
final class PageViews {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

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

    RequestPage of(AccessRequest request, Session viewer) {
        var now = clock.instant();
        var statement = new Statement(request.canonical());
        var type = types.find(request.type());
        var progress = requests.progress(request, now);
        var open = request.state() == State.OPEN;
        var isRequester = request.person().equals(viewer.person());
        var signed = approvals.of(request);
        return new RequestPage(
                request.id(),
                type.map(TransactionType::title).orElse(request.type()),
                progress.status(),
                statement.text("action"),
                statement.named("resource"),
                statement.details(type),
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
                request.reason(),
                approvals.maySign(request, viewer, now),
                open && request.mayApprove(viewer.person(), viewer.groups(), groups),
                isRequester && open,
                open && signed.stream().anyMatch(approval -> approval.person().equals(viewer.person())));
    }

    ReceiptPage of(StoredReceipt receipt) {
        var statement = new Statement(receipt.canonical());
        var type = types.find(receipt.type());
        var outcome = receipt.outcome();
        return new ReceiptPage(
                type.map(TransactionType::title).orElse(receipt.type()),
                statement.text("action"),
                statement.named("resource"),
                statement.details(type),
                statement.named("requester"),
                statement.text("audience"),
                time(receipt.issuedAt()),
                outcome == null ? "not reported yet" : outcome,
                "unknown".equals(outcome),
                Long.toString(receipt.evidenceIndex()),
                CanonicalForm.hash(receipt.canonical()).hex());
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
