package dev.countersign.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What proxies write into headers, well and badly. */
final class ForwardedTextTest {
    private static final TestAuthority CA = TestAuthority.root("ca");
    private static final TestAuthority.Issued CLIENT = CA.client("a", "a.example");

    private static String der(TestAuthority.Issued issued) {
        try {
            return Base64.getEncoder().encodeToString(issued.leaf().getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded() {
        return URLEncoder.encode(TestAuthority.pem(CLIENT.leaf()), StandardCharsets.US_ASCII)
                .replace("+", "%20"); // as Envoy encodes
    }

    @Test
    void aByteSequenceIsRead() {
        var read = ClientCertHeader.read(" :" + der(CLIENT) + ": ", ":" + der(CLIENT) + ": , :" + der(CLIENT) + ":");
        assertThat(read.chain()).hasSize(3);
        assertThat(read.sha256()).isEqualTo(CLIENT.sha256());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "::", "x", ":x", ":AAAA:", ":!:", "\"AAAA\"", ":AAAA:;a=1", ":AAAA:, :AAAA:"})
    void whatIsNoByteSequenceOfACertificateIsRefused(String value) {
        refused(() -> ClientCertHeader.read(value, ""));
    }

    @Test
    void aCertificateWithSomethingAfterItIsRefused() throws Exception {
        var der = CLIENT.leaf().getEncoded();
        var longer = java.util.Arrays.copyOf(der, der.length + 1);
        refused(() -> ClientCertHeader.read(":" + Base64.getEncoder().encodeToString(longer) + ":", ""));
        refused(() -> ClientCertHeader.read(":" + der(CLIENT) + ":;a", ""));
    }

    @Test
    void limitsHold() {
        refused(() -> ClientCertHeader.read(":" + "A".repeat(ClientCertHeader.MAX_LENGTH) + ":", ""));
        var one = ":" + der(CLIENT) + ":";
        var many = String.join(",", java.util.Collections.nCopies(CertificateText.MAX_CHAIN, one));
        refused(() -> ClientCertHeader.read(one, many));
        var big = new byte[CertificateText.MAX_CERTIFICATE_BYTES + 1];
        refused(() -> CertificateText.der(big));
        refused(() -> ForwardedClientCert.read("Cert=\"" + "A".repeat(ForwardedClientCert.MAX_LENGTH) + "\""));
        var names = new TestAuthority.Wanted("many");
        for (var i = 0; i <= SubjectNames.MAX_NAMES; i++) {
            names.uri("spiffe://prod.example/" + i);
        }
        refused(() -> SubjectNames.uris(CA.issue(names).leaf()));
    }

    @Test
    void envoysElementIsRead() {
        var read = ForwardedClientCert.read("By=spiffe://x;Hash=;Cert=\"" + encoded() + "\";Subject=\"a;b,\\\"c\"");
        assertThat(read.sha256()).isEqualTo(CLIENT.sha256());
        assertThat(ForwardedClientCert.read("URI=a;URI=b;cert=" + encoded()).sha256())
                .isEqualTo(CLIENT.sha256());
    }

    @Test
    void whatIsNotOneElementWithACertificateIsRefused() {
        var cert = "Cert=\"" + encoded() + "\"";
        for (var wrong : new String[] {
            "",
            "Hash=00",
            "Cert",
            "=x",
            "Cert=\"",
            "Cert=\"%zz\"",
            "Cert=\"abc\"",
            cert + "x",
            cert + "," + cert,
            cert + ";" + cert,
            cert + ";Hash=00",
            "Subject=\"a\\" + "\";" + cert,
        }) {
            refused(() -> ForwardedClientCert.read(wrong));
        }
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable reading) {
        assertThatThrownBy(reading).isInstanceOf(CertificateRefused.class);
    }
}
