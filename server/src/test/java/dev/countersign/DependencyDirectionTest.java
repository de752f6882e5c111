package dev.countersign;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The dependency directions that the architecture promises. */
@AnalyzeClasses(packages = "dev.countersign", importOptions = ImportOption.DoNotIncludeTests.class)
final class DependencyDirectionTest {
    @ArchTest
    static final ArchRule THE_POLICY_MODULE_KNOWS_NOTHING_OF_THE_SERVER = noClasses()
            .that()
            .resideInAPackage("dev.countersign.policy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.countersign.http..",
                    "dev.countersign.store..",
                    "dev.countersign.session..",
                    "dev.countersign.decision..",
                    "dev.countersign.transaction..",
                    "dev.countersign.evidence..");

    @ArchTest
    static final ArchRule HTTP_PLUMBING_KNOWS_NO_FEATURE = noClasses()
            .that()
            .resideInAPackage("dev.countersign.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.countersign.session..",
                    "dev.countersign.decision..",
                    "dev.countersign.transaction..",
                    "dev.countersign.evidence..",
                    "dev.countersign.webauthn..",
                    "dev.countersign.policy..");

    @ArchTest
    static final ArchRule EVIDENCE_KNOWS_NO_FEATURE_THAT_WRITES_IT = noClasses()
            .that()
            .resideInAnyPackage("dev.countersign.evidence..", "dev.countersign.store..", "dev.countersign.key..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.countersign.session..",
                    "dev.countersign.decision..",
                    "dev.countersign.transaction..",
                    "dev.countersign.webauthn..",
                    "dev.countersign.policy..");

    @ArchTest
    static final ArchRule SESSIONS_KNOW_NEITHER_DECISIONS_NOR_TRANSACTIONS = noClasses()
            .that()
            .resideInAPackage("dev.countersign.session..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.countersign.decision..",
                    "dev.countersign.entity..",
                    "dev.countersign.signal..",
                    "dev.countersign.transaction..",
                    "dev.countersign.webauthn..");

    @ArchTest
    static final ArchRule TRUST_AND_WHAT_WE_FETCH_KNOW_NO_SESSIONS = noClasses()
            .that()
            .resideInAnyPackage("dev.countersign.trust..", "dev.countersign.outbound..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.countersign.session..",
                    "dev.countersign.door..",
                    "dev.countersign.login..",
                    "dev.countersign.decision..");

    @ArchTest
    static final ArchRule SESSIONS_DO_NOT_KNOW_WHICH_DOORS_THERE_ARE = noClasses()
            .that()
            .resideInAPackage("dev.countersign.session..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.countersign.door..");

    @ArchTest
    static final ArchRule ONLY_THE_COMPOSITION_ROOT_AND_THE_COMMAND_LINE_SEE_EVERYTHING = noClasses()
            .that()
            .resideOutsideOfPackages("dev.countersign", "dev.countersign.cli..", "dev.countersign.lab..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("dev.countersign.Countersign");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_IS_A_CLIENT_OF_A_SERVER = noClasses()
            .that()
            .resideOutsideOfPackages("dev.countersign.client..", "dev.countersign.cli..", "dev.countersign.lab..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.countersign.client..");

    @ArchTest
    static final ArchRule STORES_SPEAK_SQL_AND_ROUTES_DO_NOT = noClasses()
            .that()
            .haveSimpleNameEndingWith("Routes")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.jdbi..", "java.sql..");

    @ArchTest
    static final ArchRule STATE_IS_NEVER_STATIC = fields().that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackage("dev.countersign.pages..")
            .should()
            .beFinal();

    @ArchTest
    static final ArchRule TIME_AND_RANDOMNESS_ARE_INJECTED = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.countersign.session..",
                    "dev.countersign.downstream..",
                    "dev.countersign.login..",
                    "dev.countersign.door..",
                    "dev.countersign.trust..",
                    "dev.countersign.outbound..",
                    "dev.countersign.dbsc..",
                    "dev.countersign.enforce..",
                    "dev.countersign.certificate..",
                    "dev.countersign.decision..",
                    "dev.countersign.entity..",
                    "dev.countersign.recorded..",
                    "dev.countersign.replay..",
                    "dev.countersign.transaction..",
                    "dev.countersign.webauthn..",
                    "dev.countersign.publish..",
                    "dev.countersign.signal..",
                    "dev.countersign.supervision..",
                    "dev.countersign.evidence..")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callConstructor(java.security.SecureRandom.class);

    @ArchTest
    static final ArchRule NAMES_SAY_SOMETHING = classes()
            .that()
            .resideInAPackage("dev.countersign..")
            .should()
            .haveNameNotMatching(".*(Util|Utils|Helper|Manager|Impl|Common|Base)$");
}
