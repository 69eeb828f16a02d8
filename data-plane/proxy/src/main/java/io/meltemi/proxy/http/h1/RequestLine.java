package io.meltemi.proxy.http.h1;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/// Reads `METHOD target HTTP/1.1` into `:method`, `:path`, `:authority` and `:scheme`. `HOT`.
///
/// Envoy takes only the methods it knows (`allow_custom_methods` is off), one space between the
/// parts, and no byte outside visible ASCII in the target.
final class RequestLine {
    private static final String[] METHODS = {
        "GET",
        "POST",
        "PUT",
        "DELETE",
        "HEAD",
        "OPTIONS",
        "PATCH",
        "CONNECT",
        "TRACE",
        "ACL",
        "BIND",
        "CHECKOUT",
        "COPY",
        "LINK",
        "LOCK",
        "MERGE",
        "MKACTIVITY",
        "MKCALENDAR",
        "MKCOL",
        "MOVE",
        "NOTIFY",
        "PROPFIND",
        "PROPPATCH",
        "PURGE",
        "REBIND",
        "REPORT",
        "SEARCH",
        "SOURCE",
        "SUBSCRIBE",
        "UNBIND",
        "UNLINK",
        "UNLOCK",
        "UNSUBSCRIBE"
    };

    private static final int MAX_PORT = 65_535;

    private RequestLine() {}

    static @Nullable Http1Error read(MessageHead head) {
        int to = head.nextLine();
        byte[] b = head.bytes();
        int from = head.lineStart;
        int methodEnd = from;
        while (methodEnd < to && b[methodEnd] != ' ') {
            methodEnd++;
        }
        if (methodEnd == to) {
            return Http1Error.BAD_REQUEST_LINE;
        }
        String method = method(b, from, methodEnd);
        if (method == null && head.dialect().customMethods() && isToken(b, from, methodEnd)) {
            method = ascii(b, from, methodEnd);
        }
        if (method == null) {
            return Http1Error.BAD_METHOD;
        }
        int targetFrom = methodEnd + 1;
        int targetTo = targetFrom;
        while (targetTo < to && b[targetTo] != ' ') {
            byte c = b[targetTo];
            if (c <= 0x20 || c == 0x7f) {
                return Http1Error.BAD_TARGET;
            }
            targetTo++;
        }
        if (targetTo == targetFrom || targetTo == to) {
            return Http1Error.BAD_REQUEST_LINE;
        }
        Http1Error error = version(head, targetTo + 1, to);
        if (error != null) {
            return error;
        }
        head.headers.add(HeaderNames.METHOD, method);
        return target(head, method, ascii(b, targetFrom, targetTo));
    }

    private static @Nullable String method(byte[] b, int from, int to) {
        for (String method : METHODS) {
            if (method.length() == to - from && matches(method, b, from)) {
                return method;
            }
        }
        return null;
    }

    private static boolean isToken(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!HeaderNames.isToken(b[i])) {
                return false;
            }
        }
        return to > from;
    }

    private static boolean matches(String text, byte[] b, int from) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != b[from + i]) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Http1Error version(MessageHead head, int from, int to) {
        byte[] b = head.bytes();
        if (to - from != 8 || !matches("HTTP/1.", b, from)) {
            return Http1Error.BAD_VERSION;
        }
        return switch (b[from + 7]) {
            case '1' -> null;
            case '0' -> {
                head.http10 = true;
                yield null;
            }
            default -> Http1Error.BAD_VERSION;
        };
    }

    private static @Nullable Http1Error target(MessageHead head, String method, String target) {
        HeaderMap headers = head.headers;
        if (method.equals("CONNECT")) {
            if (!hasPort(target)) {
                return Http1Error.BAD_TARGET;
            }
            headers.add(HeaderNames.AUTHORITY, target);
            head.absoluteTarget = true;
            return null;
        }
        if (target.charAt(0) == '/' || (target.equals("*") && method.equals("OPTIONS"))) {
            headers.add(HeaderNames.PATH, target);
            return null;
        }
        if (!head.dialect().absoluteUrls()) {
            headers.add(HeaderNames.PATH, target);
            return null;
        }
        return absolute(head, target);
    }

    /// RFC 9110 §9.3.6: a tunnel has no usual port.
    private static boolean hasPort(String target) {
        int colon = target.lastIndexOf(':');
        return colon > 0 && isPort(target, colon + 1);
    }

    /// Whether a target's host is a name or a literal address, with a port or without.
    private static boolean isHost(String host) {
        int bracket = host.lastIndexOf(']');
        if (host.startsWith("[") && bracket < 0) {
            return false;
        }
        int colon = host.indexOf(':', Math.max(0, bracket));
        return !host.isEmpty() && (colon < 0 || isPort(host, colon + 1));
    }

    private static boolean isPort(String text, int from) {
        int port = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            port = port * 10 + c - '0';
            if (port > MAX_PORT) {
                return false;
            }
        }
        return from < text.length();
    }

    private static @Nullable Http1Error absolute(MessageHead head, String target) {
        int colon = target.indexOf("://");
        if (colon <= 0) {
            return target.equals("*") ? Http1Error.BAD_TARGET : Http1Error.BAD_REQUEST_LINE;
        }
        String scheme = target.substring(0, colon).toLowerCase(java.util.Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return Http1Error.BAD_TARGET;
        }
        int hostFrom = colon + 3;
        int hostTo = hostFrom;
        while (hostTo < target.length()
                && target.charAt(hostTo) != '/'
                && target.charAt(hostTo) != '?'
                && target.charAt(hostTo) != '#') {
            hostTo++;
        }
        // Envoy forwards the host without what stands before '@'.
        int at = target.lastIndexOf('@', hostTo);
        String host = target.substring(at >= hostFrom ? at + 1 : hostFrom, hostTo);
        if (!isHost(host)) {
            return Http1Error.BAD_TARGET;
        }
        String path = target.substring(hostTo);
        HeaderMap headers = head.headers;
        // Envoy: a query right behind the host is all there is of the path, and is refused later.
        boolean whole = path.startsWith("/") || path.startsWith("?");
        headers.add(HeaderNames.PATH, whole ? path : "/" + path);
        headers.add(HeaderNames.SCHEME, scheme);
        headers.add(HeaderNames.AUTHORITY, host);
        head.absoluteTarget = true;
        return null;
    }

    @SuppressWarnings("deprecation") // the one constructor that takes Latin-1 bytes as they are
    private static String ascii(byte[] b, int from, int to) {
        return new String(b, 0, from, to - from);
    }
}
