package dev.countersign.decision;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.Seal;
import dev.countersign.key.Sha256;
import dev.countersign.policy.Search;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The pages of a search (AuthZEN §8.2). A token holds the page size and the id of the entity that was looked at last,
 * sealed: that entity may be one that the subject must not hear of. It opens only for the same question of the same
 * enforcement point. It has no authority: every page is decided anew.
 */
final class PageTokens {
    /** Results of a page when no limit is asked for. */
    static final int DEFAULT_LIMIT = 1_000;

    /** Most results of one page; who asks for more gets so many. */
    static final int MAX_LIMIT = 10_000;

    /** Longest token, characters: larger ones are not ours. */
    static final int MAX_TOKEN = 4_096;

    private static final byte VERSION = 1;
    private static final int HEAD_BYTES = 1 + Integer.BYTES;

    private final Seal seal;

    PageTokens(Seal seal) {
        this.seal = seal;
    }

    /** The page that {@code request} asks for. Problem 400 for a token that is not of this question, or another limit. */
    Page read(Fields request, byte[] query) {
        var page = request.optionalObject("page");
        if (page == null) {
            return new Page(DEFAULT_LIMIT, null);
        }
        page.optionalObject("properties"); // §8.2.1: of which we define none
        var limit = page.has("limit") ? (int) Math.min(page.integer("limit", 0, Long.MAX_VALUE), MAX_LIMIT) : null;
        if (!page.has("token")) {
            return new Page(limit == null ? DEFAULT_LIMIT : limit, null);
        }
        var next = open(page.text("token", MAX_TOKEN), query, page);
        // The specification's own example leaves the limit out when it goes on.
        if (limit != null && limit != next.limit()) {
            throw Problem.invalid(page.at("limit"), "Not the limit of the page before");
        }
        return next;
    }

    private Page open(String token, byte[] query, Fields page) {
        var opened = seal.open(token, query)
                .filter(bytes -> bytes.length >= HEAD_BYTES && bytes[0] == VERSION)
                .orElseThrow(() -> Problem.invalid(page.at("token"), "Not a token of this search"));
        var bytes = ByteBuffer.wrap(opened, 1, opened.length - 1);
        var limit = bytes.getInt();
        return new Page(limit, StandardCharsets.UTF_8.decode(bytes).toString());
    }

    /** The token for the page after {@code last}. */
    String next(Page page, String last, byte[] query) {
        var id = last.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(HEAD_BYTES + id.length);
        bytes.put(VERSION).putInt(page.limit()).put(id);
        return seal.seal(bytes.array(), query);
    }

    /**
     * SHA-256 of everything that must stay the same from page to page: who asks what. Without the session, which is proven
     * anew for each page, and without what a search ignores.
     */
    static byte[] query(EnforcementPoint asker, Search.Open open, Fields request) {
        var query = Json.MAPPER.createObjectNode();
        query.put("asker", asker.id()).put("open", open.name());
        for (var name : new String[] {"subject", "action", "resource", "context"}) {
            var member = request.get(name);
            if (member != null) {
                query.set(name, member.deepCopy());
            }
        }
        if (open == Search.Open.ACTION) {
            query.remove("action");
        } else {
            var searched = query.withObject(open == Search.Open.PRINCIPAL ? "/subject" : "/resource");
            searched.remove("id");
            searched.remove("properties");
        }
        if (query.has("context")) {
            query.withObject("/context").remove("session");
        }
        return Sha256.of(sorted(query, new StringBuilder()).toString());
    }

    /** One text for all ways to order members. */
    private static StringBuilder sorted(JsonNode node, StringBuilder text) {
        if (node.isObject()) {
            text.append('{');
            for (var name : new TreeSet<>(node.propertyNames())) {
                text.append(Json.MAPPER.writeValueAsString(name)).append(':');
                sorted(node.get(name), text).append(',');
            }
            return text.append('}');
        }
        if (node.isArray()) {
            text.append('[');
            node.forEach(element -> sorted(element, text).append(','));
            return text.append(']');
        }
        return text.append(node);
    }

    /**
     * A page.
     *
     * @param limit most results
     * @param after id of the entity that was looked at last, or null for the first page
     */
    record Page(int limit, @Nullable String after) {}
}
