package dev.countersign.transaction;

import dev.countersign.Settings;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.evidence.InclusionProofs;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Pages;
import dev.countersign.key.KeyRing;
import dev.countersign.key.RandomIds;
import dev.countersign.offline.OfflineKeys;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.DetailTypes;
import dev.countersign.session.ScopedSessions;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionState;
import dev.countersign.session.Sessions;
import dev.countersign.store.Database;
import dev.countersign.watch.Watch;
import dev.countersign.webauthn.Authenticators;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Transactions, approvals over exactly their bytes, receipts and outcomes. */
public final class TransactionFeature {
    private final Transactions transactions;
    private final DetailTypes types;
    private final ReceiptCheck receipts;
    private final AccessRequests requests;
    private final AccessRequestTasks tasks;
    private final DisownedConsents disowned;
    private final UnresolvedTransactions unresolved;
    private final PromptFigures figures;
    private final Function<Reconsideration, RequestWatch> watch;
    private final List<Consumer<HttpRouting.Builder>> routes;

    private TransactionFeature(
            Transactions transactions,
            DetailTypes types,
            ReceiptCheck receipts,
            AccessRequests requests,
            AccessRequestTasks tasks,
            DisownedConsents disowned,
            UnresolvedTransactions unresolved,
            PromptFigures figures,
            Function<Reconsideration, RequestWatch> watch,
            List<Consumer<HttpRouting.Builder>> routes) {
        this.transactions = transactions;
        this.types = types;
        this.receipts = receipts;
        this.requests = requests;
        this.tasks = tasks;
        this.disowned = disowned;
        this.unresolved = unresolved;
        this.figures = figures;
        this.watch = watch;
        this.routes = routes;
    }

    /**
     * Loads the transaction types. {@code observers} hear of every change of a request, in this order;
     * {@code callbacks} tell enforcement points. Throws {@link IllegalStateException} naming the file that
     * is wrong.
     */
    public static TransactionFeature wire(
            Settings settings,
            Database database,
            Journal journal,
            KeyRing keys,
            InclusionProofs proofs,
            Sessions sessions,
            Groups groups,
            Authenticators authenticators,
            BrowserSessions browserSessions,
            ScopedSessions scopedSessions,
            EnforcementPoints enforcementPoints,
            OfflineKeys offlineKeys,
            List<RequestObserver> observers,
            TaskCallbacks callbacks,
            Pages pages,
            InstantSource clock,
            SecureRandom random) {
        var types = TransactionTypes.load(settings.transactionTypes());
        var reader = new TransactionReader(types);
        var ids = new RandomIds(random);
        var jws = new ReceiptJws(keys);
        var tokens = new BindingTokens(settings.issuer(), jws, ids);
        var receipts = new Receipts(settings.issuer(), jws);
        var changes = new RequestChanges(observers);
        var transactions =
                new LedgerTransactions(reader, database, journal, receipts, tokens, groups, changes, ids, clock);
        var alarm = new SessionAlarm() {
            @Override
            public void suspend(SessionId session, String reason) {
                sessions.suspend(session, reason);
            }

            @Override
            public void signal(SessionId session, String kind, String detail) {
                sessions.signal(session, kind, detail);
            }
        };
        var requests = new AccessRequests(database, journal, groups, alarm, changes, ids, clock);
        var approvals = new Approvals(
                database, journal, groups, authenticators, new Templates(types), alarm, changes, ids, clock);
        var outcomes = new Outcomes(journal, changes, clock);
        var submissions = new Submissions(
                database, journal, new SubmissionReader(reader, tokens), requests, callbacks, alarm, ids, clock);
        var tasks =
                new AccessRequestTasks(settings.issuer(), submissions, database, requests, callbacks, outcomes, clock);
        var views = new PageViews(types, requests, approvals, groups, sessions, clock);
        var inbox = new Inbox(database, approvals, clock);
        var visible = new VisibleRequests(requests, approvals, groups, clock);
        var numbers =
                new NumberMatching(database, journal, approvals, groups, authenticators, alarm, ids, random, clock);
        var pageRoutes = new ApprovalRoutes(
                browserSessions, pages, requests, approvals, views, inbox, groups, visible, numbers, clock);
        var remote =
                new RemoteApprovalRoutes(scopedSessions, requests, approvals, visible, views, inbox, groups, clock);
        var offline = new OfflineApprovals(settings.issuer(), approvals, offlineKeys, journal, alarm, ids, clock);
        var files = new OfflineFiles(settings.issuer(), journal, keys, offlineKeys, approvals, visible, ids, clock);
        var answers = new OfflineAnswers(
                database,
                journal,
                offlineKeys,
                new OfflineConsents(offlineKeys, approvals, visible, ids),
                alarm,
                ids,
                clock);
        var bundles = new BundleRoutes(
                browserSessions,
                enforcementPoints,
                database,
                inbox,
                new ReceiptBundles(settings.webauthn(), database, receipts, keys, proofs));
        Function<Reconsideration, RequestWatch> watch = policies -> new RequestWatch(
                database,
                journal,
                groups,
                changes,
                session -> sessions.find(session)
                        .filter(found -> found.state() != SessionState.ENDED)
                        .isEmpty(),
                policies,
                clock);
        return new TransactionFeature(
                transactions,
                types,
                receipts,
                requests,
                tasks,
                new TakenBack(changes),
                new StoredUnresolved(database, outcomes, views),
                new StoredFigures(database, groups, clock),
                watch,
                List.of(
                        new AccessRequestRoutes(enforcementPoints, tasks)::register,
                        new InboxFeed(browserSessions, new RequestNews(database, journal))::register, // before {id}
                        pageRoutes::register,
                        remote::register,
                        new NumberRoutes(browserSessions, visible, views, numbers)::register,
                        new OfflineApprovalRoutes(browserSessions, pages, visible, offline)::register,
                        new OfflineFileRoutes(browserSessions, pages, inbox, views, visible, files, answers)::register,
                        bundles::register));
    }

    public Transactions transactions() {
        return transactions;
    }

    /** What authorization details may be about. */
    public DetailTypes detailTypes() {
        return types;
    }

    public ReceiptCheck receipts() {
        return receipts;
    }

    /** What Countersign, as its own enforcement point, asks of people. */
    public AccessRequestTasks accessRequests() {
        return tasks;
    }

    /** For a person who says "this was not me". */
    public DisownedConsents disowned() {
        return disowned;
    }

    /** For people who find out what became of a transaction. */
    public UnresolvedTransactions unresolved() {
        return unresolved;
    }

    /** A request by its id, whatever became of it. */
    public Optional<AccessRequest> request(String id) {
        return requests.find(id);
    }

    /** For those who must see that nobody is worn down. */
    public PromptFigures figures() {
        return figures;
    }

    /** Begins to look at open requests: what time, ended sessions, other policies and risk make of them. Close it to stop. */
    public AutoCloseable watch(Reconsideration policies) {
        return Watch.start("request-watch", RequestWatch.PERIOD, watching(policies)::look);
    }

    /** The same, not begun. */
    RequestWatch watching(Reconsideration policies) {
        return watch.apply(policies);
    }

    public void routes(HttpRouting.Builder routing) {
        routes.forEach(each -> each.accept(routing));
    }
}
