package dev.countersign.policy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.function.IntFunction;

/** Reads what {@link PackedWriter} wrote. For one thread and one entry. */
final class PackedReader {
    private final byte[] bytes;
    private final PackedWords words;
    private final IntFunction<EntityUid> entities;
    private int at;

    PackedReader(byte[] bytes, int at, PackedWords words, IntFunction<EntityUid> entities) {
        this.bytes = bytes;
        this.at = at;
        this.words = words;
        this.entities = entities;
    }

    long number() {
        var value = 0L;
        for (var shift = 0; ; shift += 7) {
            var next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    int count() {
        return (int) number();
    }

    String text() {
        var length = count();
        var text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    /** True when the text that comes next is {@code utf8}. */
    boolean isText(byte[] utf8) {
        var length = count();
        return length == utf8.length && java.util.Arrays.equals(bytes, at, at + length, utf8, 0, length);
    }

    String word() {
        var kept = words.word(count());
        return kept == null ? text() : kept;
    }

    RecordValue record() {
        var size = count();
        if (size == 0) {
            return RecordValue.EMPTY;
        }
        var members = LinkedHashMap.<String, Value>newLinkedHashMap(size);
        for (var i = 0; i < size; i++) {
            var name = word();
            members.put(name, value());
        }
        return RecordValue.of(members);
    }

    Value value() {
        return switch (bytes[at++]) {
            case PackedWriter.FALSE -> Bool.FALSE;
            case PackedWriter.TRUE -> Bool.TRUE;
            case PackedWriter.LONG -> new LongValue(signed());
            case PackedWriter.STRING -> new StringValue(text());
            case PackedWriter.SET -> set();
            case PackedWriter.RECORD -> record();
            case PackedWriter.ENTITY -> entities.apply(count());
            case PackedWriter.DECIMAL -> new DecimalValue(signed());
            case PackedWriter.IP -> IpValue.parse(text());
            case PackedWriter.DATETIME -> new DatetimeValue(signed());
            case PackedWriter.DURATION -> new DurationValue(signed());
            default -> throw new IllegalStateException("no such kind of value");
        };
    }

    private SetValue set() {
        var size = count();
        var elements = LinkedHashSet.<Value>newLinkedHashSet(size);
        for (var i = 0; i < size; i++) {
            elements.add(value());
        }
        return SetValue.of(elements);
    }

    private long signed() {
        var value = number();
        return value >>> 1 ^ -(value & 1);
    }
}
