package dev.countersign.transaction;

import dev.countersign.session.SessionId;

/** What is done about a session that misbehaves. */
interface SessionAlarm {
    /** It may do nothing more until a step-up. */
    void suspend(SessionId session, String reason);

    /** It has drawn a security signal; how many are written is bounded. */
    void signal(SessionId session, String kind, String detail);
}
