package dev.countersign.signal;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The event types that we understand (CAEP 1.0 §3, RISC 1.0 §2, SSF 1.0 §8). */
enum EventType {
    VERIFICATION(Uris.SSF + "verification"),
    STREAM_UPDATED(Uris.SSF + "stream-updated"),
    SESSION_REVOKED(Uris.CAEP + "session-revoked"),
    TOKEN_CLAIMS_CHANGE(Uris.CAEP + "token-claims-change"),
    CREDENTIAL_CHANGE(Uris.CAEP + "credential-change"),
    ASSURANCE_LEVEL_CHANGE(Uris.CAEP + "assurance-level-change"),
    DEVICE_COMPLIANCE_CHANGE(Uris.CAEP + "device-compliance-change"),
    RISK_LEVEL_CHANGE(Uris.CAEP + "risk-level-change"),
    ACCOUNT_CREDENTIAL_CHANGE_REQUIRED(Uris.RISC + "account-credential-change-required"),
    ACCOUNT_PURGED(Uris.RISC + "account-purged"),
    ACCOUNT_DISABLED(Uris.RISC + "account-disabled"),
    ACCOUNT_ENABLED(Uris.RISC + "account-enabled"),
    IDENTIFIER_CHANGED(Uris.RISC + "identifier-changed"),
    IDENTIFIER_RECYCLED(Uris.RISC + "identifier-recycled"),
    CREDENTIAL_COMPROMISE(Uris.RISC + "credential-compromise"),
    RECOVERY_ACTIVATED(Uris.RISC + "recovery-activated"),
    RECOVERY_INFORMATION_CHANGED(Uris.RISC + "recovery-information-changed"),
    SESSIONS_REVOKED(Uris.RISC + "sessions-revoked");

    /** What we tell: changes of sessions, and of the authenticators registered with us. */
    static final Set<EventType> SENT =
            Set.of(SESSION_REVOKED, CREDENTIAL_CHANGE, ASSURANCE_LEVEL_CHANGE, RISK_LEVEL_CHANGE);

    private final String uri;

    EventType(String uri) {
        this.uri = uri;
    }

    String uri() {
        return uri;
    }

    /** The last segment, as evidence names it. */
    String shortName() {
        return uri.substring(uri.lastIndexOf('/') + 1);
    }

    static Optional<EventType> of(String uri) {
        return Arrays.stream(values()).filter(type -> type.uri.equals(uri)).findFirst();
    }

    /** What we ask a transmitter for: everything but what belongs to the stream itself. */
    static Set<String> requested() {
        return Arrays.stream(values())
                .filter(type -> !type.uri.startsWith(Uris.SSF))
                .map(EventType::uri)
                .collect(Collectors.toSet());
    }

    private static final class Uris {
        static final String SSF = "https://schemas.openid.net/secevent/ssf/event-type/";
        static final String CAEP = "https://schemas.openid.net/secevent/caep/event-type/";
        static final String RISC = "https://schemas.openid.net/secevent/risc/event-type/";
    }
}
