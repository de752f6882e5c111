package dev.countersign.cli.approve;

import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.Sha256;
import dev.countersign.transaction.BatchDetails;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;

/**
 * A request for a signature, as this program reads it itself: from the bytes that are signed, not from what a server says of
 * them.
 *
 * @param canonical the bytes that are signed
 * @param lines of a batch, whose root the bytes hold; empty for anything else
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Asked(String id, byte[] canonical, byte[] lines, String status, boolean maySign, String expiresAt) {
    /** The domain tag of what approvers sign. */
    private static final byte[] DOMAIN = "countersign/approval/v1\n".getBytes(StandardCharsets.UTF_8);

    static Asked of(JsonNode json) {
        try {
            return new Asked(
                    json.path("id").asString(""),
                    Base64.getUrlDecoder().decode(json.path("canonical").asString("")),
                    Base64.getUrlDecoder().decode(json.path("lines").asString("")),
                    json.path("status").asString(""),
                    json.path("may_sign").asBoolean(false),
                    instant(json.path("expires_at").asString("")));
        } catch (IllegalArgumentException e) {
            throw new ServerRefusal("The server's answer has no bytes to sign");
        }
    }

    /** Lower-case hex. */
    public String hash() {
        return Sha256.hex(canonical);
    }

    /** Base64url of {@code SHA-256(domain tag ‖ nonce ‖ hash)}: what an authenticator must be asked to sign. */
    public String challenge(String nonce) {
        var challenge = Sha256.of(
                DOMAIN, Base64.getUrlDecoder().decode(nonce), HexFormat.of().parseHex(hash()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(challenge);
    }

    /** One line for a list. */
    String title() {
        var body = body();
        return printable(id) + "  " + printable(body.path("type").asString("")) + ", asked by "
                + named(body, "requester") + ", until " + expiresAt;
    }

    /** Every member of the bytes, each on a line of its own. */
    public void print(PrintWriter out) {
        var body = body();
        out.println(named(body, "requester") + " asks to " + body.path("action").asString("") + " on "
                + named(body, "resource") + ", at " + body.path("audience").asString(""));
        out.println(
                "  " + body.path("type").asString("") + " " + body.path("id").asString(""));
        try {
            print(BatchDetails.of(body.path("details"), lines), "", out);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new ServerRefusal("The lines of the batch are not those that would be signed");
        }
        out.println("  SHA-256  " + hash());
        out.println("  open until  " + expiresAt);
    }

    private static void print(JsonNode node, String path, PrintWriter out) {
        if (node.isObject()) {
            node.properties().forEach(member -> print(member.getValue(), path + "/" + member.getKey(), out));
        } else if (node.isArray()) {
            for (var i = 0; i < node.size(); i++) {
                print(node.get(i), path + "/" + i, out);
            }
        } else {
            out.println("  " + printable(path.substring(1)) + "  " + printable(node.asString()));
        }
    }

    /**
     * A terminal obeys control characters, some show letters in another order than they stand, and many spaces push what follows
     * out of sight.
     */
    public static String printable(String text) {
        var out = new StringBuilder();
        text.codePoints().forEach(c -> out.append(isUnclear(c) ? String.format("\\u%04X", c) : Character.toString(c)));
        return out.toString().replaceAll(" {3,}", "   …   ");
    }

    private static boolean isUnclear(int c) {
        return Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.LINE_SEPARATOR
                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                || (c != ' ' && Character.isSpaceChar(c));
    }

    /** When a request is over, as an instant and nothing else: it is not among the bytes that are signed. */
    public static String instant(String text) {
        try {
            return Instant.parse(text).toString();
        } catch (DateTimeParseException e) {
            throw new ServerRefusal("What was asked has no time");
        }
    }

    private static String named(JsonNode body, String name) {
        return printable(body.path(name).path("type").asString("") + " "
                + body.path(name).path("id").asString(""));
    }

    private JsonNode body() {
        try {
            return Json.read(canonical);
        } catch (Problem e) {
            throw new ServerRefusal("The bytes to sign cannot be read: " + e.detail());
        }
    }
}
