package dev.countersign.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The stored form of a record. */
final class PackedRecordsTest {
    private final PackedRecords packing = new PackedRecords();

    @Test
    void aRecordComesBackAsItWas() {
        var decision = Samples.open("ev_1", Samples.AT);
        var json = RecordJson.write(decision);
        var packed = packing.pack(json);
        assertThat(packed.length).isLessThan(json.length / 2);
        assertThat(packing.unpack(packed)).isEqualTo(json);
        var read = RecordJson.read(packing.unpack(packed));
        assertThat(read).usingRecursiveComparison().ignoringFields("entities").isEqualTo(decision);
        assertThat(read.entities()).containsExactlyInAnyOrderElementsOf(decision.entities());
        assertThat(RecordJson.write(read)).isEqualTo(json);
    }

    @Test
    void aRecordIsOneLine() {
        assertThat(new String(RecordJson.write(Samples.open("ev_1", Samples.AT)), StandardCharsets.UTF_8))
                .doesNotContain("\n");
    }

    /** Or what was stored with it could no longer be read: another dictionary is another format. */
    @Test
    void theDictionaryOfAFormatNeverChanges() throws Exception {
        try (var in = PackedRecords.class.getResourceAsStream("dictionary-1.ndjson")) {
            assertThat(in).isNotNull();
            var hash = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
            assertThat(HexFormat.of().formatHex(hash))
                    .isEqualTo("64b05413641eb559639a45076d607acc1881ba38f064868236f6bc60789662ec");
        }
    }

    @Test
    void damagedBytesAreRefused() {
        var packed = packing.pack(RecordJson.write(Samples.open("ev_1", Samples.AT)));
        var otherFormat = packed.clone();
        otherFormat[0] = 9;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> packing.unpack(otherFormat))
                .withMessageContaining("unknown format");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> packing.unpack(Arrays.copyOf(packed, packed.length / 2)))
                .withMessageContaining("cut short");
        assertThatIllegalArgumentException().isThrownBy(() -> packing.unpack(new byte[0]));
    }

    @Test
    void whatUnpacksToMoreThanARowMayHoldIsRefused() {
        var bomb = packing.pack(new byte[PackedRecords.MAX_BYTES + 1]);
        assertThat(bomb.length).isLessThan(10_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> packing.unpack(bomb))
                .withMessageContaining("larger than");
    }

    @Test
    void whatIsNoRecordIsRefused() {
        for (var text : new String[] {"", "[]", "{}", "{\"evaluation_id\":\"ev_1\"}", "nonsense", "{\"request\":{}}"}) {
            assertThatIllegalArgumentException()
                    .as(text)
                    .isThrownBy(() -> RecordJson.read(text.getBytes(StandardCharsets.UTF_8)));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordJson.read(new byte[RecordJson.MAX_BYTES + 1]))
                .withMessageContaining("larger than");
    }
}
