package dev.countersign.signal;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** What we need of HTTP to other servers. Implemented over the deployment's bounded client. */
interface SignalHttp {
    /** How long an ordinary answer may take. */
    Duration ORDINARY = Duration.ofSeconds(5);

    /** Throws {@link Unreachable} when there is no answer, or the address is not allowed. */
    Reply get(Address to, Map<String, String> headers);

    /** Throws {@link Unreachable}; then it may have arrived all the same. */
    Reply post(Address to, String contentType, Map<String, String> headers, byte[] body, Duration timeout);

    /**
     * Where to.
     *
     * @param configured the operator named it; otherwise somebody else did, and it must not lead into our own network
     */
    record Address(URI uri, boolean configured) {
        /** One that a document at this address names: as trusted on the same origin, elsewhere others' choice. */
        Address naming(URI other) {
            var same = uri.getScheme().equals(other.getScheme())
                    && String.valueOf(uri.getRawAuthority()).equals(other.getRawAuthority());
            return new Address(other, same && configured);
        }
    }

    /** An answer, whatever its status. */
    record Reply(int status, byte[] body) {
        boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        @Override
        public String toString() {
            return "Reply[" + status + ']';
        }
    }

    /** No answer. The message holds nothing of what was sent or answered. */
    final class Unreachable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreachable(String message) {
            super(message, null, false, false);
        }

        String text() {
            return String.valueOf(getMessage());
        }
    }
}
