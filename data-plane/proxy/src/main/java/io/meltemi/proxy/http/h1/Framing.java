package io.meltemi.proxy.http.h1;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/// Decides from the headers where a message ends and whether its connection lives on, and takes
/// hop-by-hop headers out. `HOT`.
///
/// Both `content-length` and `transfer-encoding`, lengths that differ and codings other than
/// `chunked` are refused: each of them is a way to make two parsers see different requests.
final class Framing {
    private Framing() {}

    static @Nullable Http1Error ofRequest(MessageHead head) {
        HeaderMap headers = head.headers;
        Http1Error error = lengths(head);
        if (error != null) {
            return error;
        }
        String authority = headers.get(HeaderNames.AUTHORITY);
        if (authority != null && !isAuthority(authority)) {
            return Http1Error.BAD_AUTHORITY;
        }
        if (head.isConnect() && head.chunked) {
            return Http1Error.UNKNOWN_TRANSFER_CODING;
        }
        if (head.isConnect() && head.contentLength > 0) {
            return Http1Error.BODY_DISALLOWED;
        }
        if (head.isConnect()) {
            headers.remove(HeaderNames.CONTENT_LENGTH);
        }
        return connection(head);
    }

    static @Nullable Http1Error ofResponse(MessageHead head) {
        Http1Error error = lengths(head);
        return error == null ? connection(head) : error;
    }

    private static @Nullable Http1Error lengths(MessageHead head) {
        HeaderMap headers = head.headers;
        int index = headers.indexOf(HeaderNames.CONTENT_LENGTH, 0);
        if (index >= 0) {
            String text = headers.value(index);
            head.contentLength = MessageHead.parseLength(text);
            if (head.contentLength < 0) {
                return Http1Error.BAD_CONTENT_LENGTH;
            }
            // Equal or not: Envoy's parser takes one length only.
            if (headers.indexOf(HeaderNames.CONTENT_LENGTH, index + 1) >= 0) {
                return Http1Error.BAD_CONTENT_LENGTH;
            }
        }
        int coding = headers.indexOf(HeaderNames.TRANSFER_ENCODING, 0);
        if (coding < 0) {
            return null;
        }
        if (head.contentLength >= 0 && !head.dialect().chunkedLength()) {
            return Http1Error.LENGTH_AND_CHUNKED;
        }
        if (!headers.value(coding).equalsIgnoreCase("chunked")
                || headers.indexOf(HeaderNames.TRANSFER_ENCODING, coding + 1) >= 0) {
            return Http1Error.UNKNOWN_TRANSFER_CODING;
        }
        if (head.contentLength >= 0) {
            head.contentLength = -1;
            headers.remove(HeaderNames.CONTENT_LENGTH);
            coding = headers.indexOf(HeaderNames.TRANSFER_ENCODING, 0);
        }
        head.chunked = true;
        headers.removeAt(coding);
        return null;
    }

    private static @Nullable Http1Error connection(MessageHead head) {
        HeaderMap headers = head.headers;
        int index = headers.indexOf(HeaderNames.CONNECTION, 0);
        if (index >= 0) {
            Http1Error error = tokens(head, index);
            if (error != null) {
                return error;
            }
        }
        String toProxy = headers.get(HeaderNames.PROXY_CONNECTION);
        if (toProxy != null && toProxy.equalsIgnoreCase("close")) {
            head.close = true;
        }
        headers.remove(HeaderNames.PROXY_CONNECTION);
        headers.remove(HeaderNames.KEEP_ALIVE);
        headers.remove(HeaderNames.CONNECTION);
        String upgrade = head.upgrade ? headers.get(HeaderNames.UPGRADE) : null;
        if (upgrade == null
                || upgrade.equalsIgnoreCase("h2c")
                || head.dialect().ignoresUpgrade(upgrade)) {
            head.upgrade = false;
            headers.remove(HeaderNames.UPGRADE);
        } else {
            headers.add(HeaderNames.CONNECTION, HeaderNames.UPGRADE);
        }
        int te = headers.indexOf(HeaderNames.TE, 0);
        if (te >= 0 && !headers.value(te).equalsIgnoreCase("trailers")) {
            boolean trailers = saysTrailers(headers.value(te));
            headers.remove(HeaderNames.TE);
            if (trailers) {
                headers.add(HeaderNames.TE, "trailers");
            }
        }
        return null;
    }

    /// Envoy: a header that `connection` names is for this hop alone, but a client may not make the
    /// proxy drop the headers that say where the request came from.
    private static @Nullable Http1Error tokens(MessageHead head, int first) {
        HeaderMap headers = head.headers;
        StringBuilder all = new StringBuilder();
        for (int i = first; i >= 0; i = headers.indexOf(HeaderNames.CONNECTION, i + 1)) {
            all.append(headers.value(i)).append(',');
        }
        for (int from = 0; from < all.length(); ) {
            int to = all.indexOf(",", from);
            String token = all.substring(from, to).strip().toLowerCase(java.util.Locale.ROOT);
            from = to + 1;
            switch (token) {
                case "" -> {}
                case "close" -> head.close = true;
                case "keep-alive" -> head.keepAlive = true;
                case "upgrade" -> head.upgrade = true;
                case "te" -> {}
                case HeaderNames.X_FORWARDED_FOR,
                        HeaderNames.X_FORWARDED_HOST,
                        HeaderNames.X_FORWARDED_PROTO,
                        HeaderNames.HOST -> {
                    return Http1Error.BAD_CONNECTION_HEADER;
                }
                default -> {
                    if (token.charAt(0) == ':') {
                        return Http1Error.BAD_CONNECTION_HEADER;
                    }
                    headers.remove(token);
                }
            }
        }
        return null;
    }

    /// Of all that `te` may name, Envoy hands on this alone.
    private static boolean saysTrailers(String te) {
        for (int from = 0; from < te.length(); ) {
            int comma = te.indexOf(',', from);
            int to = comma < 0 ? te.length() : comma;
            if (te.substring(from, to).strip().equalsIgnoreCase("trailers")) {
                return true;
            }
            from = to + 1;
        }
        return false;
    }

    /// RFC 3986 §3.2 without userinfo's rules: the characters an authority is made of.
    private static boolean isAuthority(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean allowed =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "-._~%!$&'()*+,;=:@[]".indexOf(c) >= 0;
            if (!allowed) {
                return false;
            }
        }
        return true;
    }
}
