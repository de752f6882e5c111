package dev.countersign.signal;

import dev.countersign.SignalSettings.Transmitter;
import dev.countersign.session.NamedSessions.Account;
import dev.countersign.session.NamedSessions.Name;
import dev.countersign.signal.RefusedSet.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a subject of a transmitter's names here: sessions, accounts, devices. Foreign subjects are refused. */
final class Subjects {
    /** Members of a complex subject by which we know someone. */
    static final Set<String> MEMBERS = Set.of("user", "device", "session", "application");

    /** Members that hold the whole of the others in them and so narrow nothing. */
    private static final Set<String> WIDER = Set.of("tenant", "org_unit", "group");

    private static final String EVERY_SESSION = "ALL";

    private final Set<String> issuers;

    Subjects(Transmitter transmitter) {
        this.issuers = transmitter.subjectIssuers();
    }

    /** Refuses a subject of an issuer for which the transmitter may not speak: access_denied. */
    void requireOwn(SubjectId subject) {
        switch (subject) {
            case SubjectId.IssSub issSub -> {
                if (!issuers.contains(issSub.issuer())) {
                    throw new RefusedSet(
                            Code.ACCESS_DENIED, "The transmitter may not speak for that issuer's subjects");
                }
            }
            case SubjectId.Aliases aliases -> aliases.identifiers().forEach(this::requireOwn);
            case SubjectId.Complex complex ->
                complex.members().forEach((name, member) -> {
                    if (MEMBERS.contains(name)) {
                        requireOwn(member);
                    }
                });
            case SubjectId.Email email -> {}
            case SubjectId.Opaque opaque -> {}
            case SubjectId.Unknown unknown -> {}
        }
    }

    /** The sessions that it names; alternatives of one another. A member that we cannot read names nothing. */
    List<Name> sessions(SubjectId subject) {
        if (!(subject instanceof SubjectId.Complex complex)) {
            return simple(subject);
        }
        return unreadable(complex.members()) ? List.of() : combined(complex.members());
    }

    private List<Name> simple(SubjectId subject) {
        var names = new ArrayList<Name>();
        for (var one : alternatives(subject)) {
            switch (one) {
                case SubjectId.IssSub issSub ->
                    names.add(new Name(issSub.issuer(), issSub.subject(), null, null, null, null));
                case SubjectId.Email email ->
                    issuers.forEach(issuer -> names.add(new Name(issuer, null, email.address(), null, null, null)));
                case SubjectId.Opaque opaque -> // CAEP 1.0 §3.1.2: a session's id
                    issuers.forEach(issuer -> names.add(new Name(issuer, null, null, opaque.id(), null, null)));
                default -> {}
            }
        }
        return names;
    }

    private static boolean unreadable(Map<String, SubjectId> members) {
        return members.keySet().stream().anyMatch(name -> !MEMBERS.contains(name) && !WIDER.contains(name));
    }

    /** Every way to choose one alternative of each member: sessions that fit all members. */
    private List<Name> combined(Map<String, SubjectId> members) {
        var names = new ArrayList<Name>();
        for (var user : choices(members.get("user"))) {
            for (var session : choices(members.get("session"))) {
                for (var device : choices(members.get("device"))) {
                    for (var application : choices(members.get("application"))) {
                        names.addAll(fitting(user, session, device, application));
                    }
                }
            }
        }
        return names;
    }

    private List<Name> fitting(Choice user, Choice session, Choice device, Choice application) {
        if (user.isUnknown() || session.isUnknown() || device.isUnknown() || application.isUnknown()) {
            return List.of();
        }
        if (user.id() == null && session.id() == null && device.id() == null) {
            return List.of();
        }
        var names = new ArrayList<Name>();
        for (var issuer : issuers) {
            if (user.isOf(issuer) && session.isOf(issuer) && device.isOf(issuer)) {
                names.add(new Name(
                        issuer,
                        user.id() instanceof SubjectId.Email ? null : user.value(),
                        user.id() instanceof SubjectId.Email ? user.value() : null,
                        isEverySession(user, session) ? null : session.value(),
                        device.value(),
                        application.value()));
            }
        }
        return names;
    }

    private static List<Choice> choices(@Nullable SubjectId member) {
        return member == null
                ? List.of(new Choice(null))
                : alternatives(member).stream().map(Choice::new).toList();
    }

    private static List<SubjectId> alternatives(SubjectId subject) {
        return subject instanceof SubjectId.Aliases aliases ? aliases.identifiers() : List.of(subject);
    }

    /** The accounts that it names: of a complex subject, its user alone, when nothing but what is wider stands beside it. */
    List<Account> accounts(SubjectId subject) {
        var user = subject;
        if (subject instanceof SubjectId.Complex complex) {
            var narrowed =
                    complex.members().keySet().stream().anyMatch(name -> !name.equals("user") && !WIDER.contains(name));
            if (narrowed || !complex.members().containsKey("user")) {
                return List.of();
            }
            user = complex.members().get("user");
        }
        var accounts = new ArrayList<Account>();
        for (var one : alternatives(user)) {
            switch (one) {
                case SubjectId.IssSub issSub ->
                    accounts.add(new Account(issSub.issuer(), Account.Kind.SUB, issSub.subject()));
                case SubjectId.Email email ->
                    issuers.forEach(issuer -> accounts.add(new Account(issuer, Account.Kind.EMAIL, email.address())));
                case SubjectId.Opaque opaque ->
                    issuers.forEach(issuer -> accounts.add(new Account(issuer, Account.Kind.SUB, opaque.id())));
                default -> {}
            }
        }
        return accounts;
    }

    /** Keycloak's way to say that all sessions of a user were revoked: a session by this name. No session has it. */
    private static boolean isEverySession(Choice user, Choice session) {
        return user.id() != null
                && session.id() instanceof SubjectId.Opaque opaque
                && opaque.id().equals(EVERY_SESSION);
    }

    /** The devices that it names, each at every issuer whose it may be. */
    List<Device> devices(SubjectId subject) {
        var device =
                subject instanceof SubjectId.Complex complex ? complex.members().get("device") : subject;
        var devices = new ArrayList<Device>();
        for (var choice : choices(device)) {
            var value = choice.value();
            if (value != null) {
                issuers.stream().filter(choice::isOf).forEach(issuer -> devices.add(new Device(issuer, value)));
            }
        }
        return devices;
    }

    /** A device, by its id at who manages it. */
    record Device(String issuer, String id) {}

    /** One alternative of a member, or that there is no such member. */
    private record Choice(@Nullable SubjectId id) {
        boolean isUnknown() {
            return id instanceof SubjectId.Unknown;
        }

        boolean isOf(String issuer) {
            return !(id instanceof SubjectId.IssSub issSub) || issSub.issuer().equals(issuer);
        }

        @Nullable
        String value() {
            return switch (id) {
                case SubjectId.IssSub issSub -> issSub.subject();
                case SubjectId.Email email -> email.address();
                case SubjectId.Opaque opaque -> opaque.id();
                case null, default -> null;
            };
        }
    }
}
