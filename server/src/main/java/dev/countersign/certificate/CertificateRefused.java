package dev.countersign.certificate;

/** A certificate that is not believed, or was not to be sent. The message is one sentence for the caller. */
public final class CertificateRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** There is none. */
        MISSING,
        /** It is not believed, or stands for somebody else. */
        UNTRUSTED,
        /** A header speaks of one, and nobody who may say so sent it. */
        FORGED
    }

    private final Kind kind;

    CertificateRefused(Kind kind, String text) {
        super(text, null, false, false);
        this.kind = kind;
    }

    /** The request comes with none. */
    public static CertificateRefused missing() {
        return new CertificateRefused(Kind.MISSING, "The request comes with no client certificate");
    }

    static CertificateRefused untrusted(String text) {
        return new CertificateRefused(Kind.UNTRUSTED, text);
    }

    static CertificateRefused forged(String text) {
        return new CertificateRefused(Kind.FORGED, text);
    }

    public Kind kind() {
        return kind;
    }

    /** The sentence. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
