package dev.countersign.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.certificate.TestAuthority.Issued;
import dev.countersign.certificate.TestAuthority.Wanted;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TrustPathTest {
    private static final TestAuthority ROOT = TestAuthority.root("root");
    private final Instant now = Instant.now();

    private void validate(Issued issued, TestAuthority... anchors) {
        validate(issued, null, anchors);
    }

    private void validate(Issued issued, @Nullable List<X509CRL> lists, TestAuthority... anchors) {
        var all = new ArrayList<X509Certificate>();
        for (var anchor : anchors) {
            all.add(anchor.certificate());
        }
        TrustPath.validate(new ClientCertificate(issued.chain()), all, lists, now);
    }

    private void refused(String text, Runnable validation) {
        assertThatThrownBy(validation::run)
                .isInstanceOf(CertificateRefused.class)
                .hasMessageContaining(text);
    }

    @Test
    void aCertificateOfAnAnchorOrOfOneBelowItIsGood() {
        validate(ROOT.client("a", "a.example"), ROOT);
        validate(
                ROOT.intermediate("one").intermediate("two").client("a", "a.example"),
                TestAuthority.root("other"),
                ROOT);
    }

    @Test
    void theAnchorMayBeSentToo() {
        var issued = ROOT.client("a", "a.example");
        validate(new Issued(issued.keys(), List.of(issued.leaf(), ROOT.certificate())), ROOT);
    }

    @Test
    void aCertificateOfSomebodyElseIsRefusedAlsoWhenTheNamesAreTheSame() {
        refused("does not chain", () -> validate(TestAuthority.root("other").client("a", "a.example"), ROOT));
        refused("", () -> validate(TestAuthority.root("root").client("a", "a.example"), ROOT));
        refused("", () -> validate(TestAuthority.selfSigned(new Wanted("root").dns("a.example")), ROOT));
    }

    @Test
    void timeCounts() {
        var hour = Duration.ofHours(1);
        refused(
                "expired",
                () -> validate(ROOT.issue(new Wanted("a").valid(now.minus(hour), now.minusSeconds(2))), ROOT));
        refused(
                "not valid yet",
                () -> validate(ROOT.issue(new Wanted("a").valid(now.plusSeconds(2), now.plus(hour))), ROOT));
    }

    @Test
    void anAuthorityIsNoClientAndAClientIsNoAuthority() {
        refused("certification authority", () -> validate(ROOT.issue(new Wanted("a").ca(0)), ROOT));
        refused(
                "certification authority",
                () -> validate(new Issued(TestAuthority.ec(), List.of(ROOT.certificate())), ROOT));
        var client = ROOT.client("client", "client.example");
        var forged = TestAuthority.root("client").client("victim", "victim.example");
        refused("", () -> validate(new Issued(forged.keys(), List.of(forged.leaf(), client.leaf())), ROOT));
    }

    @Test
    void depthIsBoundedHereAndByTheAnchor() {
        var deep = ROOT;
        for (var i = 1; i < TrustPath.MAX_DEPTH; i++) {
            deep = deep.intermediate("ca" + i);
        }
        validate(deep.client("a", "a.example"), ROOT);
        var deeper = deep.intermediate("one too many");
        refused("further than " + TrustPath.MAX_DEPTH, () -> validate(deeper.client("a", "a.example"), ROOT));
        var shallow = TestAuthority.root("shallow", 0, null);
        validate(shallow.client("a", "a.example"), shallow);
        refused(
                "further from its authority",
                () -> validate(shallow.intermediate("x").client("a", "a.example"), shallow));
    }

    @Test
    void constraintsOfTheAnchorOnNamesHold() {
        var constrained = TestAuthority.root("constrained", -1, "prod.example");
        validate(constrained.svid("spiffe://prod.example/payroll"), constrained);
        refused(
                "outside of what its authority",
                () -> validate(constrained.svid("spiffe://other.example/payroll"), constrained));
    }

    @Test
    void anAnchorThatExpiredVouchesForNothing() {
        var later = now.plus(Duration.ofDays(2));
        assertThatThrownBy(() -> TrustPath.validate(
                        new ClientCertificate(ROOT.issue(new Wanted("a").valid(now, later.plusSeconds(60)))
                                .chain()),
                        List.of(ROOT.certificate()),
                        null,
                        later))
                .hasMessageContaining("authority is not valid now");
    }

    @Test
    void smallKeysAreRefused() {
        validate(ROOT.issue(new Wanted("a").keys(TestAuthority.rsa(2_048))), ROOT);
        refused("size or type", () -> validate(ROOT.issue(new Wanted("a").keys(TestAuthority.rsa(1_536))), ROOT));
    }

    @Test
    void aRevokedCertificateIsRefusedAndSoIsOneThatNoCurrentListCovers() {
        var good = ROOT.client("good", "good.example");
        var bad = ROOT.client("bad", "bad.example");
        var current = ROOT.revoking(now.minusSeconds(60), now.plusSeconds(3600), bad.leaf());
        validate(good, List.of(current), ROOT);
        refused("revoked", () -> validate(bad, List.of(current), ROOT));
        var old = ROOT.revoking(now.minusSeconds(7200), now.minusSeconds(3600), bad.leaf());
        refused("No current revocation list", () -> validate(good, List.of(old), ROOT));
        var others = TestAuthority.root("other").revoking(now.minusSeconds(60), now.plusSeconds(3600));
        refused("No current revocation list", () -> validate(good, List.of(others), ROOT));
    }

    @Test
    void aThumbprintIsTheHashOfTheDer() throws Exception {
        var issued = ROOT.client("a", "a.example");
        assertThat(issued.sha256())
                .isEqualTo(dev.countersign.key.Sha256.base64url(issued.leaf().getEncoded()));
    }
}
