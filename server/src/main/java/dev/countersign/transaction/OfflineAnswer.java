package dev.countersign.transaction;

import java.util.Locale;

/** What came of one answer of a file. */
record OfflineAnswer(String request, Said said) {
    /** In the evidence. */
    String written() {
        return request + " " + said.name().toLowerCase(Locale.ROOT);
    }

    /** Outcomes. */
    enum Said {
        SIGNED("signed"),
        DECLINED("you said no on the device"),
        WRONG("the code does not answer what was asked"),
        ANSWERED_BEFORE("answered before, or too many wrong codes"),
        DOES_NOT_COUNT("your signature, or this key's, does not count for it"),
        OVER("you have signed it already, or the request is over");

        private final String text;

        Said(String text) {
            this.text = text;
        }

        /** For people. */
        String text() {
            return text;
        }
    }
}
