package dev.countersign.session;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Compares {@code htu} with the request's URI after RFC 3986 §6.2.2 and §6.2.3 normalisation, without query and fragment. */
final class HttpUri {
    /** Longest URI, characters. */
    static final int MAX_LENGTH = 4096;

    private HttpUri() {}

    static boolean same(String claimed, String actual) {
        if (claimed.length() > MAX_LENGTH || actual.length() > MAX_LENGTH) {
            return false;
        }
        var a = withoutQuery(claimed);
        var b = withoutQuery(actual);
        if (a.equals(b) && isNormal(a)) {
            return true;
        }
        try {
            return !a.isEmpty() && normal(a).equals(normal(b));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** An HTTP URI of nothing but characters that no normalisation looks at: the usual case, told without parsing. */
    private static boolean isNormal(String uri) {
        var start = uri.startsWith("https://") ? 8 : 7;
        if ((start == 7 && !uri.startsWith("http://")) || uri.length() == start || !isUnreserved(uri.charAt(start))) {
            return false;
        }
        for (var i = start; i < uri.length(); i++) {
            var c = uri.charAt(i);
            if (!isUnreserved(c) && c != '/' && c != ':') {
                return false;
            }
        }
        return true;
    }

    private static String withoutQuery(String uri) {
        for (var i = 0; i < uri.length(); i++) {
            if (uri.charAt(i) == '?' || uri.charAt(i) == '#') {
                return uri.substring(0, i);
            }
        }
        return uri;
    }

    private static String normal(String text) throws URISyntaxException {
        var uri = new URI(text).normalize();
        var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        var secure = scheme.equals("https");
        if ((!secure && !scheme.equals("http")) || uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new URISyntaxException("", "not an HTTP URI");
        }
        var isDefault = uri.getPort() == -1 || uri.getPort() == (secure ? 443 : 80);
        var path = uri.getRawPath().isEmpty() ? "/" : percentNormal(uri.getRawPath());
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + (isDefault ? "" : ":" + uri.getPort()) + path;
    }

    /** Upper-case escapes; escapes of unreserved characters undone. */
    private static String percentNormal(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        var normal = new StringBuilder(path.length());
        for (var i = 0; i < path.length(); i++) {
            var c = path.charAt(i);
            if (c != '%') {
                normal.append(c);
                continue;
            }
            var value = Integer.parseInt(path, i + 1, i + 3, 16);
            if (isUnreserved(value)) {
                normal.append((char) value);
            } else {
                normal.append(path.substring(i, i + 3).toUpperCase(Locale.ROOT));
            }
            i += 2;
        }
        return normal.toString();
    }

    private static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}
