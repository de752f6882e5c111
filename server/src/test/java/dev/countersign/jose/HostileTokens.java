package dev.countersign.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.countersign.http.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a parser of signed tokens must refuse, made from one that it accepts. Signed where that makes it worse. */
public final class HostileTokens {
    private static final int MAX_IN_REQUEST = 500_000;

    private static final String ES256 = "SHA256withECDSAinP1363Format";

    /** All kinds of tokens that are about, ours and others': each is refused where another is expected. */
    private static final List<String> TYPES = List.of(
            "JWT",
            "at+jwt",
            "dpop+jwt",
            "logout+jwt",
            "secevent+jwt",
            "txntoken+jwt",
            "dbsc+jwt",
            "receipt+jwt",
            "access-request+jwt",
            "policy-version+jwt",
            "kb+jwt",
            "JWE",
            "");

    private final Accepted accepted;
    private final List<Hostile> all = new ArrayList<>();

    private HostileTokens(Accepted accepted) {
        this.accepted = accepted;
    }

    /**
     * A token that a parser accepts, and how it reads it.
     *
     * @param key P-256, with its private part
     * @param types what {@code typ} may be besides what it is; "" when it may be missing
     * @param texts claims that must be strings
     * @param times claims that must be NumericDates
     * @param bringsKey whether the header holds the key that verifies (RFC 9449 §4.2)
     */
    public record Accepted(
            ObjectNode header,
            ObjectNode payload,
            ECKey key,
            int maxLength,
            Set<String> types,
            Set<String> texts,
            Set<String> times,
            boolean bringsKey) {
        /** It, signed. */
        public String token() {
            return HostileTokens.token(header, bytes(payload), ES256, privateKey(key));
        }
    }

    /** One token, and what is wrong with it. */
    public record Hostile(String name, String token) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** All of them. */
    public static List<Hostile> of(Accepted accepted) {
        var tokens = new HostileTokens(accepted);
        try {
            tokens.shapes();
            tokens.sizes();
            tokens.encodings();
            tokens.json();
            tokens.headers();
            tokens.algorithms();
            tokens.keys();
            tokens.signatures();
            tokens.claims();
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException(e);
        }
        return List.copyOf(tokens.all);
    }

    /**
     * Those that fit into a request: a longer body is refused before it is read to its end, and the connection with it. Parsers
     * are shown the others directly.
     */
    public static List<Hostile> ofARequest(Accepted accepted) {
        return of(accepted).stream()
                .filter(hostile -> hostile.token().length() < MAX_IN_REQUEST)
                .toList();
    }

    private void shapes() {
        var token = accepted.token();
        var parts = token.split("\\.", -1);
        add("empty", "");
        add("one dot", ".");
        add("two dots", "..");
        add("no token", "a.b.c");
        add("two parts", parts[0] + '.' + parts[1]);
        add("four parts", token + ".x");
        add("a fourth, empty part", token + '.');
        add("without payload: detached (RFC 7797)", parts[0] + ".." + parts[2]);
        add("without signature", parts[0] + '.' + parts[1] + '.');
        add(
                "encrypted: five parts (RFC 7516)",
                encode("{\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\"}") + ".AAAA.AAAA.AAAA.AAAA");
        add("encrypted directly", encode("{\"alg\":\"dir\",\"enc\":\"A256GCM\"}") + "..AAAA.AAAA.AAAA");
        add(
                "JSON serialization",
                "{\"protected\":\"" + parts[0] + "\",\"payload\":\"" + parts[1] + "\",\"signature\":\"" + parts[2]
                        + "\"}");
        add("with a space before it", ' ' + token);
        add("with a scheme before it", "Bearer " + token);
        add("with a disclosure (SD-JWT)", token + "~");
    }

    private void sizes() {
        var long1 = accepted.payload().deepCopy().put("padding", "x".repeat(accepted.maxLength()));
        add("longer than allowed", signed(accepted.header(), long1));
        add("a megabyte of dots", ".".repeat(1 << 20));
        add("a megabyte of payload", accepted.token().split("\\.", -1)[0] + '.' + "A".repeat(1 << 20) + ".AAAA");
    }

    private void encodings() {
        var parts = accepted.token().split("\\.", -1);
        for (var i = 0; i < parts.length; i++) {
            var name = List.of("header", "payload", "signature").get(i);
            add(name + " padded", replaced(parts, i, parts[i] + "="));
            add(
                    name + " padded to a multiple of four",
                    replaced(parts, i, parts[i] + "=".repeat((4 - parts[i].length() % 4) % 4 + 4)));
            add(
                    name + " with a line break",
                    replaced(parts, i, parts[i].substring(0, 4) + "\n" + parts[i].substring(4)));
            add(name + " with another script's letter", replaced(parts, i, "\u0430" + parts[i].substring(1)));
            add(name + " in the other alphabet", replaced(parts, i, "+/" + parts[i].substring(2)));
            add(name + " one letter longer", replaced(parts, i, parts[i] + "A"));
            add(name + " one letter shorter", replaced(parts, i, parts[i].substring(1)));
        }
        var signature = parts[2];
        add(
                "signature with unused bits set",
                replaced(
                        parts,
                        2,
                        signature.substring(0, signature.length() - 1)
                                + unusedBitSet(signature.charAt(signature.length() - 1))));
    }

    /** 64 bytes leave four bits of their last letter unused (RFC 4648 §3.5). */
    private static char unusedBitSet(char last) {
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return alphabet.charAt(alphabet.indexOf(last) | 1);
    }

    private static String replaced(String[] parts, int index, String by) {
        var copy = parts.clone();
        copy[index] = by;
        return String.join(".", copy);
    }

    private void json() {
        var payload = text(accepted.payload());
        var member = accepted.payload().properties().iterator().next();
        var again = '"' + member.getKey() + "\":" + member.getValue();
        raw("payload is an array", "[]");
        raw("payload is a string", "\"claims\"");
        raw("payload is nothing", " ");
        raw("payload with a member twice", "{" + again + "," + payload.substring(1));
        raw(
                "payload with a member twice, once escaped",
                "{\"\\u00" + Integer.toHexString(member.getKey().charAt(0))
                        + member.getKey().substring(1) + "\":" + member.getValue() + "," + payload.substring(1));
        raw("payload with something after it", payload + "{}");
        raw("payload with a comment", payload.replaceFirst("\\{", "{/* */"));
        raw("payload with a trailing comma", payload.substring(0, payload.length() - 1) + ",}");
        raw("payload with a number that is none", payload.replaceFirst("\\{", "{\"x\":NaN,"));
        raw(
                "payload nested too deep",
                payload.replaceFirst("\\{", "{\"x\":" + "[".repeat(100) + "]".repeat(100) + ","));
        raw("payload nested in objects", "{\"a\":".repeat(500) + "1" + "}".repeat(500));
        raw("payload with a number of 1,000 digits", payload.replaceFirst("\\{", "{\"x\":" + "9".repeat(1_000) + ","));
        raw("payload with a NUL", payload.replaceFirst("\\{", "{\"x\":\"\\\\u0000\","));
        raw("payload with half a character", payload.replaceFirst("\\{", "{\"x\":\"\\\\ud800\","));
        raw("payload with a byte order mark", "\ufeff" + payload);
        add(
                "payload in Latin-1",
                token(
                        accepted.header(),
                        payload.replaceFirst("\\{", "{\"x\":\"\u00e9\",").getBytes(StandardCharsets.ISO_8859_1),
                        ES256,
                        privateKey(accepted.key())));
        add(
                "payload in UTF-16",
                token(accepted.header(), payload.getBytes(StandardCharsets.UTF_16), ES256, privateKey(accepted.key())));
        var header = text(accepted.header());
        header("header with alg twice", header.replaceFirst("\\{", "{\"alg\":\"none\","));
        header(
                "header nested too deep",
                header.replaceFirst("\\{", "{\"x\":" + "[".repeat(100) + "]".repeat(100) + ","));
        header("header is an array", "[" + header + "]");
        header("header is null", "null");
    }

    private void headers() {
        header("with a critical extension", header -> header.putArray("crit").add("exp"));
        header("with an empty crit", header -> header.putArray("crit"));
        header("with crit that is no array", header -> header.put("crit", "b64"));
        header("with a payload that is not encoded (RFC 7797)", header -> {
            header.put("b64", false);
            header.putArray("crit").add("b64");
        });
        header("with b64 but not critical", header -> header.put("b64", false));
        header("compressed", header -> header.put("zip", "DEF"));
        header("says that it is encrypted", header -> header.put("enc", "A256GCM"));
        for (var type : TYPES) {
            if (!type.equalsIgnoreCase(accepted.header().path("typ").asString(""))
                    && !accepted.types().contains(type)) {
                header("of type '" + type + "'", header -> {
                    if (type.isEmpty()) {
                        header.remove("typ");
                    } else {
                        header.put("typ", type);
                    }
                });
            }
        }
        header("with a type that is no text", header -> header.put("typ", 7));
        if (accepted.header().has("kid")) {
            header("with a key id that is no text", header -> header.put("kid", 7));
            header(
                    "with a key id that is a list",
                    header -> header.putArray("kid").add("a"));
            header("with an unknown key id", header -> header.put("kid", "../../dev/null"));
        }
    }

    private void algorithms() throws GeneralSecurityException, JOSEException {
        for (var none : List.of("none", "None", "NONE", "nOnE", "")) {
            var unsigned = accepted.header().deepCopy().put("alg", none);
            add("unsigned, alg '" + none + "'", input(unsigned, bytes(accepted.payload())) + '.');
            add(
                    "alg '" + none + "' with the old signature",
                    input(unsigned, bytes(accepted.payload()))
                            + '.'
                            + accepted.token().split("\\.", -1)[2]);
            header("signed, alg '" + none + "'", header -> header.put("alg", none));
        }
        var point = accepted.key().toECPublicKey().getEncoded();
        hmac("the public key's DER as secret", point);
        hmac(
                "the public key's PEM as secret",
                ("-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(point)
                                + "\n-----END PUBLIC KEY-----\n")
                        .getBytes(StandardCharsets.US_ASCII));
        hmac(
                "the public key's JWK as secret",
                accepted.key().toPublicJWK().toJSONString().getBytes(StandardCharsets.US_ASCII));
        hmac("an empty secret's stand-in", new byte[32]);
        for (var other : List.of(
                "ES384", "ES512", "ES256K", "RS256", "RS384", "RS1", "PS256", "EdDSA", "Ed25519", "HS256", "es256",
                "ES256 ", "dir", "A128KW")) {
            header("the same signature as " + other, header -> header.put("alg", other));
        }
        header("without alg", header -> header.remove("alg"));
        header("alg is a number", header -> header.put("alg", 256));
        header("alg is a list", header -> header.putArray("alg").add("ES256"));
        header("alg is null", header -> header.putNull("alg"));
    }

    private void hmac(String name, byte[] secret) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        var input = input(accepted.header().deepCopy().put("alg", "HS256"), bytes(accepted.payload()));
        add(
                "HS256 with " + name,
                input + '.' + CompactJws.encode(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII))));
    }

    private void keys() throws GeneralSecurityException, JOSEException {
        var stranger = ec("secp256r1");
        var strangerKey =
                (ObjectNode) Json.MAPPER.readTree(stranger.toPublicJWK().toJSONString());
        if (accepted.bringsKey()) {
            broughtKeys(strangerKey);
            return;
        }
        strangers("another key under the same id", stranger, header -> {});
        strangers("a key that it brings", stranger, header -> header.set("jwk", strangerKey));
        strangers("a key that it brings, no id", stranger, header -> {
            header.remove("kid");
            header.set("jwk", strangerKey);
        });
        strangers("a key at an address", stranger, header -> header.put("jku", "http://127.0.0.1:1/jwks"));
        strangers("a certificate at an address", stranger, header -> header.put("x5u", "http://169.254.169.254/cert"));
        strangers(
                "a certificate that it brings",
                stranger,
                header -> header.putArray("x5c").add("MIIB"));
        for (var curve : List.of("secp384r1", "secp521r1")) {
            var other = ec(curve);
            add(
                    "ES256 by a key on " + curve,
                    token(accepted.header(), bytes(accepted.payload()), ES256, privateKey(other)));
        }
        for (var bits : new int[] {1024, 2048}) {
            var rsa = rsa(bits);
            var header = accepted.header().deepCopy().put("alg", "RS256");
            header.set("jwk", Json.MAPPER.readTree(rsa.toPublicJWK().toJSONString()));
            add(
                    "RS256 by a key of " + bits + " bits",
                    token(header, bytes(accepted.payload()), "SHA256withRSA", rsa.toPrivateKey()));
        }
    }

    private void broughtKeys(ObjectNode strangers) throws GeneralSecurityException, JOSEException {
        header("without its key", header -> header.remove("jwk"));
        header("its key is text", header -> header.put("jwk", "key"));
        header("its key is null", header -> header.putNull("jwk"));
        header("its key is empty", header -> header.putObject("jwk"));
        header("another's key", header -> header.set("jwk", strangers));
        header(
                "its private key",
                header -> header.set("jwk", Json.MAPPER.readTree(accepted.key().toJSONString())));
        header(
                "a symmetric key",
                header -> header.putObject("jwk").put("kty", "oct").put("k", "AAAA"));
        header(
                "its key off the curve",
                header -> ((ObjectNode) header.get("jwk")).put("x", CompactJws.encode(new byte[32])));
        header("its key without y", header -> ((ObjectNode) header.get("jwk")).remove("y"));
        header("its key on another curve", header -> ((ObjectNode) header.get("jwk")).put("crv", "P-384"));
        header("its key on a curve of no use", header -> ((ObjectNode) header.get("jwk")).put("crv", "secp256k1"));
        header("its key's coordinate is a number", header -> ((ObjectNode) header.get("jwk")).put("x", 7));
        header("its key of a megabyte", header -> ((ObjectNode) header.get("jwk")).put("x", "A".repeat(1 << 20)));
        var p384 = ec("secp384r1");
        var header = accepted.header().deepCopy();
        header.set("jwk", Json.MAPPER.readTree(p384.toPublicJWK().toJSONString()));
        add("ES256 by its key on P-384", token(header, bytes(accepted.payload()), ES256, privateKey(p384)));
        var rsa = rsa(1024);
        var small = accepted.header().deepCopy().put("alg", "RS256");
        small.set("jwk", Json.MAPPER.readTree(rsa.toPublicJWK().toJSONString()));
        add(
                "RS256 by its key of 1024 bits",
                token(small, bytes(accepted.payload()), "SHA256withRSA", rsa.toPrivateKey()));
    }

    private void strangers(String name, ECKey key, Consumer<ObjectNode> change) {
        var header = accepted.header().deepCopy();
        change.accept(header);
        add("signed by " + name, token(header, bytes(accepted.payload()), ES256, privateKey(key)));
    }

    private void signatures() throws GeneralSecurityException {
        var token = accepted.token();
        var input = token.substring(0, token.lastIndexOf('.'));
        var signature = Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
        signature("of zeros (CVE-2022-21449)", input, new byte[64]);
        signature("empty but for a byte", input, new byte[1]);
        signature("cut", input, Arrays.copyOf(signature, 63));
        signature("lengthened", input, Arrays.copyOf(signature, 65));
        signature("twice as long", input, Arrays.copyOf(signature, 128));
        signature(
                "of the order",
                input,
                Base64.getUrlDecoder()
                        .decode(
                                "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVH_____AAAAAP__________vOb6racXnoTzucrC_GMlUQ"));
        var der = Signature.getInstance("SHA256withECDSA");
        der.initSign(privateKey(accepted.key()));
        der.update(input.getBytes(StandardCharsets.US_ASCII));
        signature("in DER", input, der.sign());
        var other = accepted.payload().deepCopy().put("more", "admin");
        add(
                "signature of another payload",
                input(accepted.header(), bytes(other)) + '.' + CompactJws.encode(signature));
        var header = accepted.header().deepCopy().put("more", "admin");
        add(
                "signature of another header",
                input(header, bytes(accepted.payload())) + '.' + CompactJws.encode(signature));
    }

    private void signature(String name, String input, byte[] signature) {
        add("signature " + name, input + '.' + CompactJws.encode(signature));
    }

    private void claims() {
        for (var name : accepted.texts()) {
            claim(name, "missing", payload -> payload.remove(name));
            claim(name, "null", payload -> payload.putNull(name));
            claim(name, "a number", payload -> payload.put(name, 7));
            claim(name, "true", payload -> payload.put(name, true));
            claim(name, "a list of lists", payload -> payload.putArray(name).addArray());
            claim(name, "an object", payload -> payload.putObject(name).put("a", "b"));
            claim(name, "empty", payload -> payload.put(name, ""));
            claim(name, "a megabyte", payload -> payload.put(name, "x".repeat(1 << 20)));
            claim(
                    name,
                    "with a line break",
                    payload -> payload.put(name, payload.path(name).asString("") + "\n"));
        }
        for (var name : accepted.times()) {
            claim(name, "missing", payload -> payload.remove(name));
            claim(name, "null", payload -> payload.putNull(name));
            claim(name, "text", payload -> payload.put(name, payload.path(name).asString()));
            claim(name, "a date", payload -> payload.put(name, "2030-01-01T00:00:00Z"));
            claim(name, "true", payload -> payload.put(name, true));
            claim(name, "a list", payload -> {
                var number = payload.path(name).longValue();
                payload.putArray(name).add(number);
            });
            claim(name, "negative", payload -> payload.put(name, -1));
            claim(name, "just negative", payload -> payload.put(name, -0.5));
            claim(name, "after the year 9999", payload -> payload.put(name, 253_402_300_800L));
            claim(name, "beyond long", payload -> payload.put(name, new java.math.BigInteger("9223372036854775808")));
            claim(name, "beyond double", payload -> payload.put(name, new java.math.BigDecimal("1e999999999")));
            claim(
                    name,
                    "in milliseconds",
                    payload -> payload.put(name, payload.path(name).longValue() * 1_000));
        }
    }

    private void claim(String name, String how, Consumer<ObjectNode> change) {
        var payload = accepted.payload().deepCopy();
        change.accept(payload);
        add(name + ' ' + how, signed(accepted.header(), payload));
    }

    private void header(String name, Consumer<ObjectNode> change) {
        var header = accepted.header().deepCopy();
        change.accept(header);
        add("header: " + name, signed(header, accepted.payload()));
    }

    private void header(String name, String header) {
        var input = encode(header) + '.' + CompactJws.encode(bytes(accepted.payload()));
        add(name, input + '.' + CompactJws.encode(sign(input, ES256, privateKey(accepted.key()))));
    }

    private void raw(String name, String payload) {
        add(
                name,
                token(accepted.header(), payload.getBytes(StandardCharsets.UTF_8), ES256, privateKey(accepted.key())));
    }

    private void add(String name, String token) {
        all.add(new Hostile(name, token));
    }

    private String signed(ObjectNode header, ObjectNode payload) {
        return token(header, bytes(payload), ES256, privateKey(accepted.key()));
    }

    private static String token(ObjectNode header, byte[] payload, String algorithm, PrivateKey key) {
        var input = input(header, payload);
        return input + '.' + CompactJws.encode(sign(input, algorithm, key));
    }

    private static String input(ObjectNode header, byte[] payload) {
        return CompactJws.encode(bytes(header)) + '.' + CompactJws.encode(payload);
    }

    private static byte[] sign(String input, String algorithm, PrivateKey key) {
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PrivateKey privateKey(ECKey key) {
        try {
            return key.toECPrivateKey();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey ec(String curve) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        var pair = generator.generateKeyPair();
        var known = com.nimbusds.jose.jwk.Curve.forECParameterSpec(((ECPublicKey) pair.getPublic()).getParams());
        return new ECKey.Builder(known, (ECPublicKey) pair.getPublic())
                .privateKey(pair.getPrivate())
                .build();
    }

    private static RSAKey rsa(int bits) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        var pair = generator.generateKeyPair();
        return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                .privateKey(pair.getPrivate())
                .build();
    }

    private static byte[] bytes(JsonNode node) {
        return Json.MAPPER.writeValueAsBytes(node);
    }

    private static String text(JsonNode node) {
        return Json.MAPPER.writeValueAsString(node);
    }

    private static String encode(String text) {
        return CompactJws.encode(text.getBytes(StandardCharsets.UTF_8));
    }
}
