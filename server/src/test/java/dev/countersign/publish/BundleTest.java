package dev.countersign.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.policy.PolicySource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BundleTest {
    @Test
    void whatWasPackedIsUnpackedByteForByte() {
        var source = new PolicySource(Map.of(
                "a.cedar", "permit (principal, action, resource); // ä \u0000 \t\r\n",
                "deep/er/b.cedarschema", "entity User;",
                "entities.json", "[]"));
        assertThat(Bundle.unpack(Bundle.pack(source)).files()).isEqualTo(source.files());
        assertThat(Bundle.unpack(Bundle.pack(source)).hash()).isEqualTo(source.hash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../a.cedar",
                "a/../b.cedar",
                "/etc/a.cedar",
                "a//b.cedar",
                "a\\\\b.cedar",
                "C:a.cedar",
                "a\\u0000.cedar",
                "readme.txt",
                "sub/claims.yaml",
                "",
            })
    void aNameThatIsNoneIsRefused(String name) {
        assertThatThrownBy(() -> Bundle.unpack(gzip("{\"" + name + "\":\"x\"}")))
                .isInstanceOf(InvalidBundle.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "{\"a.cedar\":1}",
                "{\"a.cedar\":{}}",
                "{\"a.cedar\":\"\",\"a.cedar\":\"\"}",
                "{} {}",
                "",
            })
    void whatIsNotOneObjectOfTextsIsRefused(String json) {
        assertThatThrownBy(() -> Bundle.unpack(gzip(json))).isInstanceOf(InvalidBundle.class);
    }

    @Test
    void limitsHoldOnBothSides() {
        var many = new TreeMap<String, String>();
        for (var i = 0; i <= Bundle.MAX_FILES; i++) {
            many.put("p" + i + ".cedar", "");
        }
        assertThatThrownBy(() -> Bundle.pack(new PolicySource(many))).hasMessageContaining("more than 2000 files");
        var name = "a".repeat(Bundle.MAX_NAME) + ".cedar";
        assertThatThrownBy(() -> Bundle.pack(new PolicySource(Map.of(name, ""))))
                .isInstanceOf(InvalidBundle.class);
        var large = Map.of(
                "a.cedar", "x".repeat(PolicySource.MAX_FILE_BYTES), "b.cedar", "x".repeat(PolicySource.MAX_FILE_BYTES));
        assertThatThrownBy(() -> Bundle.pack(new PolicySource(large))).hasMessageContaining("larger than 16777216");
        assertThatThrownBy(() -> Bundle.unpack(gzip("{\"a.cedar\":\"" + "x".repeat(Bundle.MAX_UNPACKED_BYTES) + "\"}")))
                .hasMessageContaining("unpacks to more");
    }

    private static byte[] gzip(String json) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }
}
