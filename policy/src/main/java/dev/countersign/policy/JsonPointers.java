package dev.countersign.policy;

/** JSON Pointers (RFC 6901). */
final class JsonPointers {
    private JsonPointers() {}

    /** One reference token (RFC 6901 §3). */
    static String escape(String name) {
        return name.indexOf('~') < 0 && name.indexOf('/') < 0
                ? name
                : name.replace("~", "~0").replace("/", "~1");
    }

    /** The name that {@link #escape} made the token of (RFC 6901 §4). */
    static String unescape(String token) {
        return token.indexOf('~') < 0 ? token : token.replace("~1", "/").replace("~0", "~");
    }
}
