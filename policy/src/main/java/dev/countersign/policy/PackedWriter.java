package dev.countersign.policy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/** Writes values as bytes that {@link PackedReader} reads. Used for one value after the other. */
final class PackedWriter {
    static final int FALSE = 0;
    static final int TRUE = 1;
    static final int LONG = 2;
    static final int STRING = 3;
    static final int SET = 4;
    static final int RECORD = 5;
    static final int ENTITY = 6;
    static final int DECIMAL = 7;
    static final int IP = 8;
    static final int DATETIME = 9;
    static final int DURATION = 10;

    private final PackedWords words;
    private final ToIntFunction<EntityUid> entities;
    private byte[] bytes = new byte[256];
    private int length;

    /** @param entities the number of an entity */
    PackedWriter(PackedWords words, ToIntFunction<EntityUid> entities) {
        this.words = words;
        this.entities = entities;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    void number(long value) {
        var left = value;
        while ((left & ~0x7fL) != 0) {
            put((int) (left & 0x7f) | 0x80);
            left >>>= 7;
        }
        put((int) left);
    }

    void text(String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        room(utf8.length);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
    }

    /** A shared word by its number, another one in full. */
    void word(String word) {
        var number = words.number(word);
        number(number);
        if (number == 0) {
            text(word);
        }
    }

    void record(RecordValue record) {
        number(record.members().size());
        record.members().forEach((name, value) -> {
            word(name);
            value(value);
        });
    }

    void value(Value value) {
        switch (value) {
            case Bool bool -> put(bool == Bool.TRUE ? TRUE : FALSE);
            case LongValue number -> signed(LONG, number.value());
            case StringValue string -> {
                put(STRING);
                text(string.value());
            }
            case SetValue set -> {
                put(SET);
                number(set.elements().size());
                set.elements().forEach(this::value);
            }
            case RecordValue record -> {
                put(RECORD);
                record(record);
            }
            case EntityUid uid -> {
                put(ENTITY);
                number(entities.applyAsInt(uid));
            }
            case DecimalValue decimal -> signed(DECIMAL, decimal.tenThousandths());
            case IpValue ip -> {
                put(IP);
                text(ip.text());
            }
            case DatetimeValue datetime -> signed(DATETIME, datetime.epochMillis());
            case DurationValue duration -> signed(DURATION, duration.millis());
        }
    }

    /** Small numbers are short, also negative ones. */
    private void signed(int tag, long value) {
        put(tag);
        number(value << 1 ^ value >> 63);
    }

    private void put(int value) {
        room(1);
        bytes[length++] = (byte) value;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
