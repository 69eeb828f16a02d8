package io.meltemi.proxy.http.h1;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.HeaderSpelling;
import io.meltemi.proxy.http.UnderscoreHeaders;
import org.jspecify.annotations.Nullable;

/// Reads one complete message head, start line to blank line, and what it says about framing.
/// Confined to its event loop. `HOT`.
///
/// Works on a byte array that the caller lends: names are made lower case in place. Lines may end
/// in LF alone and may be folded, as Envoy's parser takes them; everything that lets two parsers
/// disagree about where a message ends is refused (RFC 9112 §6.3).
final class MessageHead {
    private static final long MAX_CONTENT_LENGTH_DIGITS = 18;

    final HeaderMap headers = new HeaderMap();

    /// -1 when the head names none.
    long contentLength = -1;

    boolean chunked;
    boolean close;
    boolean keepAlive;
    boolean upgrade;
    boolean http10;

    private UnderscoreHeaders underscores = UnderscoreHeaders.ALLOW;
    private Http1Dialect dialect = Http1Dialect.USUAL;
    private HeaderSpelling.@Nullable Kept kept;
    private byte[] bytes = new byte[0];
    private int at;
    private int end;

    /// Reads a request; null when it is well formed.
    @Nullable Http1Error readRequest(byte[] lent, int length, Http1Options options) {
        underscores = options.underscores();
        begin(lent, length, options.dialect());
        Http1Error error = RequestLine.read(this);
        if (error == null) {
            error = readFields(options.headerCount(), true);
        }
        if (error == null) {
            error = Framing.ofRequest(this);
        }
        // Envoy looks at the version last: a malformed old request is malformed first of all.
        return error == null && http10 ? oldRequest() : error;
    }

    private @Nullable Http1Error oldRequest() {
        if (!dialect.acceptHttp10()) {
            return Http1Error.OLD_VERSION;
        }
        if (!dialect.defaultHost().isEmpty() && !headers.contains(HeaderNames.AUTHORITY)) {
            headers.add(HeaderNames.AUTHORITY, dialect.defaultHost());
        }
        return null;
    }

    private void begin(byte[] lent, int length, Http1Dialect spoken) {
        dialect = spoken;
        bytes = lent;
        end = length;
        at = 0;
        Http1Dialect.Keeping keeping = spoken.keeps();
        if (keeping != null) {
            kept = new HeaderSpelling.Kept(keeping.others());
            headers.spelling(kept);
        }
    }

    Http1Dialect dialect() {
        return dialect;
    }

    /// Whether the first line, complete while the rest of the head is not, is a request's.
    static @Nullable Http1Error checkFirstLine(byte[] lent, int length, Http1Options options) {
        int end = 0;
        while (end < length && lent[end] != '\n') {
            end++;
        }
        if (end == length) {
            return null;
        }
        MessageHead head = new MessageHead();
        head.dialect = options.dialect();
        head.bytes = lent;
        head.end = end + 1;
        return RequestLine.read(head);
    }

    /// Reads a response; null when it is well formed.
    @Nullable Http1Error readResponse(byte[] lent, int length, Http1Options options) {
        begin(lent, length, options.dialect());
        Http1Error error = readStatusLine();
        if (error == null) {
            error = readFields(options.headerCount(), false);
        }
        return error == null ? Framing.ofResponse(this) : error;
    }

    /// Reads trailers, fields without a start line, behind those it has.
    @Nullable Http1Error readTrailers(byte[] lent, int length, Http1Options options) {
        underscores = options.underscores();
        bytes = lent;
        end = length;
        at = 0;
        Http1Error error = readFields(1, false);
        return error == null && headers.size() > options.headerCount()
                ? Http1Error.TOO_MANY_HEADERS
                : error;
    }

    /// What follows a CONNECT is not a message.
    boolean isConnect() {
        return "CONNECT".equals(headers.get(HeaderNames.METHOD));
    }

    byte[] bytes() {
        return bytes;
    }

    /// The next line without its end, as the range from [#lineStart] to the returned index.
    int nextLine() {
        lineStart = at;
        int i = at;
        while (i < end && bytes[i] != '\n') {
            i++;
        }
        at = i + 1;
        return i > lineStart && bytes[i - 1] == '\r' ? i - 1 : i;
    }

    int lineStart;

    private @Nullable Http1Error readStatusLine() {
        int to = nextLine();
        byte[] b = bytes;
        int s = lineStart;
        boolean shaped =
                to - s >= 12
                        && b[s] == 'H'
                        && b[s + 1] == 'T'
                        && b[s + 2] == 'T'
                        && b[s + 3] == 'P'
                        && b[s + 4] == '/'
                        && b[s + 5] == '1'
                        && b[s + 6] == '.'
                        && (b[s + 7] == '0' || b[s + 7] == '1')
                        && b[s + 8] == ' '
                        && (to - s == 12 || b[s + 12] == ' ');
        if (!shaped) {
            return Http1Error.BAD_STATUS_LINE;
        }
        int status = 0;
        for (int i = s + 9; i < s + 12; i++) {
            if (b[i] < '0' || b[i] > '9') {
                return Http1Error.BAD_STATUS_LINE;
            }
            status = status * 10 + b[i] - '0';
        }
        if (status < 100 || status > 599) {
            return Http1Error.BAD_STATUS_LINE;
        }
        http10 = b[s + 7] == '0';
        Http1Dialect.Keeping keeping = dialect.keeps();
        if (kept != null && keeping != null && keeping.reasons() && to - s > 13) {
            kept.keepReason(latin1(s + 13, to));
        }
        headers.add(HeaderNames.STATUS, StatusLine.text(status));
        return null;
    }

    private @Nullable Http1Error readFields(int maxHeaders, boolean request) {
        int count = 0;
        while (at < end) {
            int to = nextLine();
            if (to == lineStart) {
                return null;
            }
            byte first = bytes[lineStart];
            if (first == ' ' || first == '\t') {
                if (count == 0) {
                    return Http1Error.BAD_HEADER;
                }
                Http1Error error = unfold(to);
                if (error != null) {
                    return error;
                }
                continue;
            }
            if (++count > maxHeaders) {
                return Http1Error.TOO_MANY_HEADERS;
            }
            Http1Error error = readField(to, request);
            if (error != null) {
                return error;
            }
        }
        return null;
    }

    private @Nullable Http1Error readField(int to, boolean request) {
        byte[] b = bytes;
        int colon = lineStart;
        while (colon < to && b[colon] != ':') {
            colon++;
        }
        if (colon == to) {
            return Http1Error.BAD_HEADER;
        }
        String spelling = kept == null ? null : latin1(lineStart, colon);
        String name = HeaderNames.of(b, lineStart, colon);
        if (name == null) {
            return Http1Error.BAD_HEADER;
        }
        if (kept != null && spelling != null) {
            kept.keep(name, spelling);
        }
        if (underscores != UnderscoreHeaders.ALLOW && name.indexOf('_') >= 0) {
            return underscores == UnderscoreHeaders.REJECT_REQUEST ? Http1Error.UNDERSCORE : null;
        }
        String value = value(colon + 1, to);
        if (value == null) {
            return Http1Error.BAD_CHARACTERS;
        }
        if (request && name.equals(HeaderNames.HOST)) {
            addHost(value);
        } else {
            headers.add(name, value);
        }
        return null;
    }

    /// Envoy: `host` becomes `:authority`; more than one are joined with a comma.
    private void addHost(String value) {
        int index = headers.indexOf(HeaderNames.AUTHORITY, 0);
        if (index < 0) {
            headers.add(HeaderNames.AUTHORITY, value);
        } else if (!absoluteTarget) {
            headers.setValue(index, headers.value(index) + ',' + value);
        }
    }

    /// The target named the host: a `host` header does not count (RFC 9112 §3.2.2).
    boolean absoluteTarget;

    private @Nullable Http1Error unfold(int to) {
        String more = value(lineStart, to);
        if (more == null) {
            return Http1Error.BAD_CHARACTERS;
        }
        int last = headers.size() - 1;
        if (headers.name(last).charAt(0) == ':') {
            return Http1Error.BAD_HEADER;
        }
        char blank = (char) bytes[lineStart];
        headers.setValue(last, headers.value(last) + blank + more);
        return null;
    }

    @SuppressWarnings("deprecation") // the one constructor that takes Latin-1 bytes as they are
    private String latin1(int from, int to) {
        return new String(bytes, 0, from, to - from);
    }

    private @Nullable String value(int from, int to) {
        byte[] b = bytes;
        int s = from;
        int e = to;
        while (s < e && (b[s] == ' ' || b[s] == '\t')) {
            s++;
        }
        while (e > s && (b[e - 1] == ' ' || b[e - 1] == '\t')) {
            e--;
        }
        for (int i = s; i < e; i++) {
            byte c = b[i];
            if ((c >= 0 && c < 0x20 && c != '\t') || c == 0x7f) {
                return null;
            }
        }
        return s == e ? "" : latin1(s, e);
    }

    /// Reads a length; -1 when the text is not one.
    static long parseLength(String text) {
        if (text.isEmpty() || text.length() > MAX_CONTENT_LENGTH_DIGITS) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value;
    }
}
