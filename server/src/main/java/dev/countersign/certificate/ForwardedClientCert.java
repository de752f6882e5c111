package dev.countersign.certificate;

import dev.countersign.key.Sha256;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Envoy's {@code X-Forwarded-Client-Cert}: one element of {@code Key=value} pairs. {@code Chain} or {@code Cert} holds
 * URL-encoded PEM; {@code Hash}, where it stands, must fit it. Several elements are refused: which of them the proxy saw itself
 * depends on how it is configured ({@code SANITIZE_SET} sends one).
 */
final class ForwardedClientCert {
    /** Longest value, characters. */
    static final int MAX_LENGTH = 30 * 1024;

    private final String text;
    private int at;

    private ForwardedClientCert(String text) {
        this.text = text;
    }

    static ClientCertificate read(String value) {
        if (value.length() > MAX_LENGTH) {
            throw CertificateRefused.untrusted("X-Forwarded-Client-Cert is longer than " + MAX_LENGTH + " characters");
        }
        var pairs = new ForwardedClientCert(value).pairs();
        var pem = pairs.getOrDefault("chain", pairs.get("cert"));
        if (pem == null) {
            throw CertificateRefused.untrusted("X-Forwarded-Client-Cert has neither Cert nor Chain");
        }
        try {
            var decoded = URLDecoder.decode(pem.replace("+", "%2B"), StandardCharsets.US_ASCII);
            var chain = CertificateText.pem(decoded.getBytes(StandardCharsets.US_ASCII), CertificateText.MAX_CHAIN);
            var certificate = new ClientCertificate(chain);
            requireHash(certificate, pairs.getOrDefault("hash", ""));
            return certificate;
        } catch (IllegalArgumentException e) {
            throw CertificateRefused.untrusted("X-Forwarded-Client-Cert holds no certificates that can be read");
        }
    }

    private static void requireHash(ClientCertificate certificate, String hash) {
        try {
            if (hash.isEmpty()
                    || hash.equalsIgnoreCase(Sha256.hex(certificate.leaf().getEncoded()))) {
                return;
            }
        } catch (CertificateEncodingException e) {
            // told below
        }
        throw CertificateRefused.untrusted("The Hash of X-Forwarded-Client-Cert is of another certificate");
    }

    private Map<String, String> pairs() {
        var pairs = new LinkedHashMap<String, String>();
        while (at < text.length()) {
            var key = key().toLowerCase(Locale.ROOT);
            var value = at < text.length() && text.charAt(at) == '"' ? quoted() : plain();
            if (pairs.put(key, value) != null && (key.equals("cert") || key.equals("chain") || key.equals("hash"))) {
                throw CertificateRefused.untrusted("X-Forwarded-Client-Cert says something twice");
            }
            if (at < text.length() && text.charAt(at) == ',') {
                throw CertificateRefused.untrusted("X-Forwarded-Client-Cert has several elements");
            }
            if (at < text.length() && text.charAt(at++) != ';') {
                throw malformed();
            }
        }
        return pairs;
    }

    private String key() {
        var equals = text.indexOf('=', at);
        if (equals <= at) {
            throw malformed();
        }
        var key = text.substring(at, equals);
        at = equals + 1;
        return key;
    }

    private String plain() {
        var start = at;
        while (at < text.length() && ",;\"".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private String quoted() {
        var value = new StringBuilder();
        for (at++; at < text.length(); at++) {
            var c = text.charAt(at);
            if (c == '"') {
                at++;
                return value.toString();
            }
            if (c == '\\' && at + 1 < text.length()) {
                c = text.charAt(++at);
            }
            value.append(c);
        }
        throw malformed();
    }

    private static CertificateRefused malformed() {
        return CertificateRefused.untrusted("X-Forwarded-Client-Cert cannot be read");
    }
}
