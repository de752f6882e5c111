package dev.countersign.lab.attack;

import dev.countersign.Settings;
import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Home;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.Visitor;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySource;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** What somebody tries who wants other policies without the approval of two others. */
final class PublishingAttacks {
    private PublishingAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack("P01", "Policies unsigned, signed by a stranger, or altered", PublishingAttacks::signatures),
                new Attack("P02", "An old version of the policies replayed", PublishingAttacks::rollback),
                new Attack("P03", "The author's own approval, and one of two", PublishingAttacks::self),
                new Attack("P04", "The live version taken back in the database", PublishingAttacks::tampered));
    }

    private static Finding signatures(Stage stage) throws Exception {
        var ada = new Author(stage);
        var next = ada.variant("next");
        var other = ada.variant("other");
        var live = ada.live();
        var notes = new Notes();
        for (var signature : List.of(
                new Publisher("stranger").sign(next, live),
                new Publisher(Author.KEY).sign(next, live),
                ada.publisher.sign(other, live))) {
            var answer = ada.post("/policies/versions", Publisher.body(signature, next));
            notes.attempt("not what a publisher signed", refused(answer, 422, "untrusted-bundle"), type(answer));
        }
        var unsigned = ada.post("/policies/versions", Publisher.body("e30.e30.", next));
        notes.attempt("unsigned", unsigned.status() == 400 || unsigned.status() == 422, type(unsigned));
        notes.attempt("something went live", ada.live().equals(live), "the live one stays");
        notes.honest("a signed and approved version", ada.publish(next));
        return notes.finding(stage.showsKind("policy.refused"));
    }

    private static Finding rollback(Stage stage) throws Exception {
        var ada = new Author(stage);
        var first = ada.live();
        var two = ada.variant("two");
        var notes = new Notes().honest("version two", ada.publish(two));
        var three = ada.variant("three");
        notes.honest("version three", ada.publish(three));
        var replayed = ada.post("/policies/versions", Publisher.body(ada.publisher.sign(two, first), two));
        notes.attempt("its old bundle", refused(replayed, 409, "restore-it"), type(replayed));
        var again = ada.post(
                "/policies/versions",
                Publisher.body(ada.publisher.sign(two, three.hash().value()), two));
        notes.attempt("freshly signed", refused(again, 409, "restore-it"), type(again));
        var restored = ada.post(
                "/policies/versions/" + two.hash().value() + "/restore",
                "{\"previous\":\"" + three.hash().value() + "\",\"comment\":\"back\"}");
        notes.attempt("restored by one person", restored.status() == 202, "two others are asked");
        notes.attempt("something went back", ada.live().equals(three.hash().value()), "the live one stays");
        return notes.finding(stage.showsKind("access_request.opened"));
    }

    private static Finding self(Stage stage) throws Exception {
        var ada = new Author(stage);
        var live = ada.live();
        var next = ada.variant("own");
        var task = ada.propose(next).json().at("/task/id").asString("");
        var own = ada.person.post("/approvals/" + task + "/options", Map.of());
        var notes = new Notes().attempt("her own", own.status() == 403, type(own));
        ada.approvers.getFirst().approve(task);
        notes.attempt("one of two", ada.propose(next).status() == 202, "still waits");
        notes.attempt("something went live", ada.live().equals(live), "the live one stays");
        ada.approvers.getLast().approve(task);
        notes.honest("two others", ada.propose(next).status() == 200);
        return notes.finding(stage.shows(entry -> entry.kind().equals("session.signal")
                && "self_approval".equals(entry.members().get("signal"))));
    }

    private static Finding tampered(Stage stage) throws Exception {
        var ada = new Author(stage);
        var two = ada.variant("two");
        var notes = new Notes().honest("version two", ada.publish(two));
        stage.stopCountersign();
        var newest = "(select max(version) from policy_live)";
        sql(stage, "create table kept as select * from policy_live where version = " + newest);
        sql(stage, "delete from policy_live where version = " + newest);
        var by = "it started";
        try {
            stage.startCountersign();
        } catch (PolicyLoadException e) {
            by = "the evidence log names another version";
        }
        notes.attempt("started with the old version", !by.equals("it started"), by);
        sql(stage, "insert into policy_live select * from kept");
        sql(stage, "drop table kept");
        stage.startCountersign();
        notes.honest("put back, it starts", ada.live().equals(two.hash().value()));
        return notes.finding(stage.showsKind("policy.published"));
    }

    private static void sql(Stage stage, String statement) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + stage.database());
                var change = connection.createStatement()) {
            change.executeUpdate(statement);
        }
    }

    private static boolean refused(Hop answer, int status, String type) {
        return answer.status() == status && type(answer).equals(type);
    }

    private static String type(Hop answer) {
        var type = answer.body().startsWith("{") ? answer.json().path("type").asString("") : "";
        return type.isEmpty() ? "" + answer.status() : type.substring(type.lastIndexOf(':') + 1);
    }

    /** Ada, who writes policies, and two who approve them. */
    private static final class Author {
        static final String KEY = "publisher-1";

        final Publisher publisher = new Publisher(KEY);
        final Visitor person;
        final List<Visitor> approvers;
        private final Stage stage;
        private final Path packs;

        Author(Stage stage) throws GeneralSecurityException, IOException, PolicyLoadException {
            this.stage = stage;
            packs = stage.packs(Home.find().resolve("policies"), "bank", "admin");
            stage.restart(settings -> ChangedSettings.policies(
                    settings, Settings.Policies.of(packs).publishedBy(publisher.jwks())));
            person = stage.member("ada", "policy-authors", "policy-approvers");
            approvers = List.of(stage.member("grace", "policy-approvers"), stage.member("alan", "policy-approvers"));
            person.openBank(stage.bank());
            person.stepUp("urn:countersign:acr:phr", 300);
        }

        PolicySource variant(String name) throws PolicyLoadException {
            return Publisher.variant(packs, name);
        }

        Hop post(String path, String body) {
            return person.call("POST", stage.issuer().resolve(path), body);
        }

        String live() {
            return person.call("GET", stage.issuer().resolve("/policies/live"), "")
                    .json()
                    .path("hash")
                    .asString("");
        }

        Hop propose(PolicySource set) {
            return post("/policies/versions", Publisher.body(publisher.sign(set, live()), set));
        }

        /** Proposed, approved by two, live. */
        boolean publish(PolicySource set) {
            var task = propose(set).json().at("/task/id").asString("");
            approvers.forEach(approver -> approver.approve(task));
            return propose(set).status() == 200 && live().equals(set.hash().value());
        }
    }
}
