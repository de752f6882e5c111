package dev.countersign.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.crypto.tink.apps.webpush.WebPushHybridDecrypt;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** RFC 8291 Appendix A: what the library that encrypts for browsers understands as theirs. */
final class WebPushVectorTest {
    @Test
    void theExampleOfTheStandardIsRead() throws Exception {
        var message = bytes(
                "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
                        + "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
        var decrypted = new WebPushHybridDecrypt.Builder()
                .withAuthSecret(bytes("BTBZMqHH6r4Tts7J_aSIgg"))
                .withRecipientPublicKey(bytes(
                        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"))
                .withRecipientPrivateKey(bytes("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
                .build()
                .decrypt(message, null);
        assertThat(new String(decrypted, StandardCharsets.UTF_8))
                .isEqualTo("When I grow up, I want to be a watermelon");
    }

    private static byte[] bytes(String base64url) {
        return Base64URL.from(base64url).decode();
    }
}
