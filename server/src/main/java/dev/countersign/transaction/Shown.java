package dev.countersign.transaction;

/**
 * How a transaction was shown to whoever consented: with the bytes, enough to show it again.
 *
 * @param display SHA-256 of the display template (hex), empty when there was none
 * @param locale BCP 47 language tag, empty when there was no template
 */
record Shown(String display, String locale) {
    /** Every member by its name, without a template. */
    static final Shown PLAIN = new Shown("", "");
}
