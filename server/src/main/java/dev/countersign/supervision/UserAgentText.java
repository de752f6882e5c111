package dev.countersign.supervision;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code User-Agent} header in the words in which people know their devices. Only for eyes: whoever sends the header
 * chooses it.
 */
final class UserAgentText {
    /** Longest program name of an unknown kind that is shown, characters. */
    static final int MAX_PRODUCT = 40;

    /** The first that is found counts: browsers also name those that they descend from. */
    private static final List<Known> BROWSERS = List.of(
            new Known("Edg", "Edge"),
            new Known("OPR/", "Opera"),
            new Known("SamsungBrowser/", "Samsung Internet"),
            new Known("Firefox/", "Firefox"),
            new Known("FxiOS/", "Firefox"),
            new Known("CriOS/", "Chrome"),
            new Known("Chrome/", "Chrome"),
            new Known("Safari/", "Safari"));

    private static final List<Known> SYSTEMS = List.of(
            new Known("iPhone", "iPhone"),
            new Known("iPad", "iPad"),
            new Known("Android", "Android"),
            new Known("CrOS", "ChromeOS"),
            new Known("Windows", "Windows"),
            new Known("Mac OS X", "Mac"),
            new Known("Linux", "Linux"));

    private static final Pattern PRODUCT = Pattern.compile("^[A-Za-z0-9._-]{1," + MAX_PRODUCT + "}");

    private UserAgentText() {}

    static String of(@Nullable String header) {
        if (header == null) {
            return "Unknown program";
        }
        var system = find(SYSTEMS, header);
        var browser = find(BROWSERS, header);
        if (browser != null) {
            return system == null ? browser : browser + " on " + system;
        }
        var product = PRODUCT.matcher(header);
        return product.find() ? product.group() : "Unknown program";
    }

    private static @Nullable String find(List<Known> known, String header) {
        return known.stream()
                .filter(each -> header.contains(each.token()))
                .map(Known::name)
                .findFirst()
                .orElse(null);
    }

    private record Known(String token, String name) {}
}
