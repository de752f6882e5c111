package dev.countersign.session;

import dev.countersign.policy.MappedClaims;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session as few bytes as its own content needs, for keeping a million of them in memory. What sessions share stands in
 * {@link Vocabulary vocabularies}, so the bytes mean something to this object alone and never leave the process.
 */
final class SessionForm {
    /** Different texts, and different sets of texts, that are kept once. */
    static final int MAX_SHARED = 16_384;

    /** Longest text that is worth sharing, characters: what is longer is hardly the same twice. */
    private static final int MAX_SHARED_LENGTH = 512;

    private static final int BUFFER = 512;
    private static final int ABSENT = 0;
    private static final int INLINE = 1;
    private static final int FIRST_SHARED = 2;

    private final Vocabulary<String> texts = new Vocabulary<>(MAX_SHARED);
    private final Vocabulary<Set<String>> sets = new Vocabulary<>(MAX_SHARED);

    byte[] pack(Session session) {
        var out = new Out();
        out.own(session.parent() == null ? null : session.parent().value());
        out.shared(session.principal().kind().name());
        out.own(session.principal().id());
        out.own(
                session.person().id().equals(session.principal().id())
                        ? null
                        : session.person().id());
        out.shared(session.issuer());
        out.shared(session.client());
        assurance(out, session.login());
        assurance(out, session.stepUp());
        binding(out, session.binding());
        out.set(session.groups());
        out.shared(session.state().name());
        out.shared(session.stateReason());
        out.own(session.startedFrom());
        out.shared(session.userAgent());
        out.time(session.startedAt());
        out.time(session.idleExpiresAt());
        out.time(session.expiresAt());
        out.number(session.signals());
        out.own(session.claims().json().isEmpty() ? null : session.claims().json());
        out.number(session.idle().toMillis());
        out.shared(GrantJson.write(session.grant()));
        return out.bytes();
    }

    /** What {@link #pack} of this object made of a session. */
    Session unpack(SessionId id, byte[] bytes) {
        var in = new In(bytes);
        try {
            return read(id, in);
        } catch (BufferUnderflowException e) {
            throw new IllegalStateException("A packed session is damaged", e);
        }
    }

    private Session read(SessionId id, In in) {
        var parent = in.own();
        var kind = Principal.Kind.valueOf(in.sharedRequired());
        var principal = in.required();
        var person = in.own();
        return new Session(
                id,
                parent == null ? null : new SessionId(parent),
                new Principal(kind, principal),
                new Person(person == null ? principal : person),
                in.sharedRequired(),
                in.sharedRequired(),
                required(assurance(in)),
                assurance(in),
                binding(in),
                in.set(),
                SessionState.valueOf(in.sharedRequired()),
                in.shared(),
                in.own(),
                in.shared(),
                in.time(),
                in.time(),
                in.time(),
                (int) in.number(),
                claims(in.own()),
                Duration.ofMillis(in.number()),
                GrantJson.read(in.shared()));
    }

    private static MappedClaims claims(@Nullable String json) {
        return json == null ? MappedClaims.NONE : MappedClaims.parse(json);
    }

    private static void assurance(Out out, @Nullable Assurance assurance) {
        out.shared(assurance == null ? null : assurance.acr());
        if (assurance != null) {
            out.set(assurance.amr());
            out.time(assurance.at());
            out.number(assurance.until() == null ? 0 : 1);
            if (assurance.until() != null) {
                out.time(assurance.until());
            }
        }
    }

    private static @Nullable Assurance assurance(In in) {
        var acr = in.shared();
        return acr == null ? null : new Assurance(acr, in.set(), in.time(), in.number() == 0 ? null : in.time());
    }

    private static void binding(Out out, Binding binding) {
        out.shared(binding.kind());
        out.key(SessionStore.key(binding));
    }

    private static Binding binding(In in) {
        return SessionStore.binding(in.sharedRequired(), in.key());
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("A packed session is damaged");
        }
        return value;
    }

    /** Writes; grows as needed. */
    private final class Out {
        private ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

        private void room(int bytes) {
            if (buffer.remaining() < bytes) {
                var larger = ByteBuffer.allocate(2 * (buffer.position() + bytes));
                buffer = larger.put(buffer.flip());
            }
        }

        /** Seven bits a byte, the low ones first. */
        void number(long value) {
            room(10);
            var left = value;
            while ((left & ~0x7FL) != 0) {
                buffer.put((byte) (left | 0x80));
                left >>>= 7;
            }
            buffer.put((byte) left);
        }

        void time(Instant at) {
            number(at.toEpochMilli());
        }

        /** A text of this session alone. */
        void own(@Nullable String text) {
            if (text == null) {
                number(ABSENT);
                return;
            }
            var utf8 = text.getBytes(StandardCharsets.UTF_8);
            number(utf8.length + 1L);
            room(utf8.length);
            buffer.put(utf8);
        }

        /** A text that others have too. */
        void shared(@Nullable String text) {
            if (text == null) {
                number(ABSENT);
                return;
            }
            var number = text.length() > MAX_SHARED_LENGTH ? -1 : texts.number(text);
            if (number < 0) {
                number(INLINE);
                own(text);
            } else {
                number(number + (long) FIRST_SHARED);
            }
        }

        void set(Set<String> set) {
            var number = sets.number(set);
            if (number < 0) {
                number(INLINE);
                number(set.size());
                set.forEach(this::own);
            } else {
                number(number + (long) FIRST_SHARED);
            }
        }

        /** A thumbprint: base64url of a hash, half as long as bytes. */
        void key(@Nullable String thumbprint) {
            if (thumbprint == null) {
                number(ABSENT);
                return;
            }
            var hash = Base64.getUrlDecoder().decode(thumbprint);
            number(hash.length + 1L);
            room(hash.length);
            buffer.put(hash);
        }

        byte[] bytes() {
            var bytes = new byte[buffer.position()];
            buffer.flip().get(bytes);
            return bytes;
        }
    }

    /** Reads what {@link Out} wrote. */
    private final class In {
        private final ByteBuffer buffer;

        In(byte[] bytes) {
            buffer = ByteBuffer.wrap(bytes);
        }

        long number() {
            var value = 0L;
            for (var shift = 0; ; shift += 7) {
                var next = buffer.get();
                value |= (next & 0x7FL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }

        Instant time() {
            return Instant.ofEpochMilli(number());
        }

        @Nullable
        String own() {
            var length = (int) number();
            return length == ABSENT ? null : new String(bytes(length - 1), StandardCharsets.UTF_8);
        }

        String required() {
            return SessionForm.required(own());
        }

        private byte[] bytes(int length) {
            var bytes = new byte[length];
            buffer.get(bytes);
            return bytes;
        }

        @Nullable
        String shared() {
            var number = (int) number();
            return switch (number) {
                case ABSENT -> null;
                case INLINE -> own();
                default -> texts.value(number - FIRST_SHARED);
            };
        }

        String sharedRequired() {
            return SessionForm.required(shared());
        }

        Set<String> set() {
            var number = (int) number();
            if (number != INLINE) {
                return sets.value(number - FIRST_SHARED);
            }
            var set = new LinkedHashSet<String>();
            for (var left = number(); left > 0; left--) {
                set.add(required());
            }
            return set;
        }

        @Nullable
        String key() {
            var length = (int) number();
            return length == ABSENT
                    ? null
                    : Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(length - 1));
        }
    }
}
