package dev.countersign.lab.attack;

import dev.countersign.lab.attack.Finding.Notes;
import java.time.Instant;
import java.util.List;

/** Stolen tokens of workloads, forwarded certificates that nobody saw, certificates of others. */
final class CertificateAttacks {
    private static final String PAYROLL = "spiffe://" + CertificateStage.TRUST_DOMAIN + "/payroll";

    private CertificateAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack(
                        "S02-MTLS",
                        "Certificate-bound token stolen, used without the certificate or with another",
                        stage -> certificateMissing()),
                new Attack(
                        "S37-X509",
                        "X.509-SVID of another trust domain, self-made, or expired",
                        stage -> foreignCertificates()),
                new Attack("S48", "Client-Cert and X-Forwarded-Client-Cert spoofed", stage -> spoofedHeader()));
    }

    private static Finding certificateMissing() throws Exception {
        try (var stage = CertificateStage.open()) {
            var payroll = stage.domain().svid(PAYROLL);
            var token = stage.token(payroll).token();
            var thief = stage.domain().svid("spiffe://" + CertificateStage.TRUST_DOMAIN + "/thief");
            var without = stage.decision(PAYROLL, token, null);
            var withOther = stage.decision(PAYROLL, token, thief.sha256());
            var own = stage.decision(PAYROLL, stage.token(thief).token(), thief.sha256());
            return new Notes()
                    .attempt("without a certificate", !without.permits(), without.reason())
                    .attempt("with the thief's own certificate", !withOther.permits(), withOther.reason())
                    .attempt("as payroll with the thief's own session", !own.permits(), own.reason())
                    .honest(
                            "payroll posts",
                            stage.decision(PAYROLL, token, payroll.sha256()).permits())
                    .finding(stage.showsKind("session.signal"));
        }
    }

    private static Finding foreignCertificates() throws Exception {
        try (var stage = CertificateStage.open()) {
            var foreign = new WorkloadAuthority("authority of another trust domain", stage.random());
            var namesake = new WorkloadAuthority("authority of the trust domain", stage.random());
            var notes = new Notes();
            refused(notes, stage, "of another authority", foreign.svid(PAYROLL));
            refused(notes, stage, "of an authority of the same name", namesake.svid(PAYROLL));
            refused(notes, stage, "of another trust domain", stage.domain().svid("spiffe://other.example/payroll"));
            refused(
                    notes,
                    stage,
                    "expired",
                    stage.domain().svid(PAYROLL, Instant.now().minusSeconds(1)));
            return notes.honest(
                            "payroll's own",
                            !stage.token(stage.domain().svid(PAYROLL)).token().isEmpty())
                    .finding(stage.showsKind("certificate.refused"));
        }
    }

    private static void refused(Notes notes, CertificateStage stage, String which, WorkloadAuthority.Issued certificate)
            throws InterruptedException {
        var answer = stage.token(certificate);
        notes.attempt(which, answer.token().isEmpty() && answer.status() == 401, answer.reason());
    }

    private static Finding spoofedHeader() throws Exception {
        try (var stage = CertificateStage.open()) {
            // A certificate is public: the thief has the victim's, and not its key.
            var payroll = stage.domain().svid(PAYROLL).certificate();
            var header = ":" + CertificateStage.base64(payroll) + ":";
            var envoy = "Cert=\"-----BEGIN%20CERTIFICATE-----%0A"
                    + CertificateStage.base64(payroll)
                            .replace("+", "%2B")
                            .replace("/", "%2F")
                            .replace("=", "%3D")
                    + "%0A-----END%20CERTIFICATE-----%0A\"";
            var secret = "Countersign-Proxy-Secret";
            var thief = stage.domain().svid("spiffe://" + CertificateStage.TRUST_DOMAIN + "/thief");
            var notes = new Notes();
            spoofed(notes, "Client-Cert", stage.token(null, "Client-Cert", header));
            spoofed(notes, "X-Forwarded-Client-Cert", stage.token(null, "X-Forwarded-Client-Cert", envoy));
            spoofed(notes, "with a guessed secret", stage.token(null, "Client-Cert", header, secret, "guess"));
            spoofed(notes, "beside a certificate of its own", stage.token(thief, "Client-Cert", header));
            spoofed(
                    notes,
                    "smuggled past the proxy in the header that it does not strip",
                    stage.token(null, "X-Forwarded-Client-Cert", envoy, secret, stage.proxySecret()));
            var honest = stage.token(null, "Client-Cert", header, secret, stage.proxySecret());
            return notes.honest("forwarded by the proxy", !honest.token().isEmpty())
                    .finding(stage.showsKind("certificate.refused"));
        }
    }

    private static void spoofed(Notes notes, String which, CertificateStage.Answer answer) {
        notes.attempt(which, answer.token().isEmpty() && answer.status() == 400, answer.reason());
    }
}
