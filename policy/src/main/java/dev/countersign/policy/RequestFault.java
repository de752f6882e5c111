package dev.countersign.policy;

/**
 * Why a request does not fit the schema.
 *
 * @param path JSON Pointer (RFC 6901) into {@code {"principal","action","resource","context"}}, where an entity has
 *     {@code type}, {@code id}, {@code attributes}, {@code parents} and {@code tags}: {@code /context/transaction/amount},
 *     {@code /resource/attributes/owner}
 * @param reason what is wrong there
 */
public record RequestFault(String path, String reason) {
    @Override
    public String toString() {
        return path + ": " + reason;
    }
}
