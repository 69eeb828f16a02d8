package io.meltemi.proxy.http.h2;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.UnderscoreHeaders;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/// Lets Netty's HPACK decoder write straight into a [HeaderMap] and checks each field on the way
/// (RFC 9113 §8.2, §8.3). One per connection, used again for every message. Confined to its event
/// loop.
///
/// A field that breaks a rule is remembered and not thrown: the decoder has to see the whole block,
/// or its dynamic table and the peer's would part.
final class IncomingHeaders extends DefaultHttp2Headers {
    private final int maxCount;
    private final UnderscoreHeaders underscores;
    private final boolean allowConnect;
    private HeaderMap map = new HeaderMap();
    private @Nullable String problem;
    private boolean overflow;
    private boolean regularSeen;
    private int pseudoSeen;
    private int cookieIndex;
    private boolean hostSeen;
    private long contentLength;

    /// @param allowConnect whether a request may have `:protocol` (RFC 8441)
    IncomingHeaders(int maxCount, UnderscoreHeaders underscores, boolean allowConnect) {
        super(false, 2);
        this.allowConnect = allowConnect;
        this.underscores = underscores;
        this.maxCount = maxCount;
    }

    /// Begins a message.
    IncomingHeaders begin() {
        map = new HeaderMap();
        problem = null;
        overflow = false;
        regularSeen = false;
        pseudoSeen = 0;
        cookieIndex = -1;
        hostSeen = false;
        contentLength = -1;
        return this;
    }

    HeaderMap map() {
        return map;
    }

    /// The first rule that was broken, or null.
    @Nullable String problem() {
        return problem;
    }

    /// Whether there were more fields than allowed.
    boolean isOverflow() {
        return overflow;
    }

    /// The bits of [Pseudo] that were there.
    int pseudoSeen() {
        return pseudoSeen;
    }

    boolean isHostSeen() {
        return hostSeen;
    }

    /// The value of content-length, or -1.
    long contentLength() {
        return contentLength;
    }

    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
        addField((AsciiString) name, (AsciiString) value);
        return this;
    }

    @Override
    public @Nullable CharSequence status() {
        return map.get(":status");
    }

    @Override
    public @Nullable CharSequence method() {
        return map.get(":method");
    }

    private void addField(AsciiString name, AsciiString value) {
        if (map.size() >= maxCount) {
            overflow = true;
            return;
        }
        if (problem != null) {
            return;
        }
        if (name.isEmpty()) {
            problem = "empty field name";
        } else if (!FieldRules.isValue(value)) {
            problem = "bad value of field " + name;
        } else if (name.byteAt(0) == ':') {
            addPseudo(name.toString(), value.toString());
        } else if (!FieldRules.isName(name)) {
            problem = "bad field name";
        } else {
            regularSeen = true;
            if (underscores != UnderscoreHeaders.ALLOW && name.indexOf("_") >= 0) {
                // Envoy: rejected as a stream that breaks the rules, or left out.
                problem =
                        underscores == UnderscoreHeaders.REJECT_REQUEST
                                ? "underscore in field name " + name
                                : null;
                return;
            }
            addRegular(name.toString(), value.toString());
        }
    }

    private void addPseudo(String name, String value) {
        int bit = Pseudo.bitOf(name);
        if (bit == 0 || (bit == Pseudo.PROTOCOL && !allowConnect)) {
            problem = "unknown pseudo field " + name;
        } else if (regularSeen) {
            problem = name + " after regular fields";
        } else if ((pseudoSeen & bit) != 0) {
            problem = name + " twice";
        } else {
            pseudoSeen |= bit;
            map.add(name, value);
        }
    }

    private void addRegular(String name, String value) {
        // The length decides nearly always: most names cost one jump.
        switch (name.length()) {
            case 2 -> {
                if (name.equals("te") && !value.equals("trailers")) {
                    problem = "te is not 'trailers'";
                }
            }
            case 4 -> hostSeen |= name.equals("host");
            case 6 -> {
                if (name.equals("cookie") && joinedCookie(value)) {
                    return;
                }
            }
            case 7, 10, 16, 17 -> {
                if (FieldRules.isConnectionSpecific(name)) {
                    problem = "connection-specific field " + name;
                }
            }
            case 14 -> {
                if (name.equals("content-length")) {
                    readContentLength(value);
                }
            }
            default -> {}
        }
        map.add(name, value);
    }

    /// HTTP/2 may split cookies; whoever hands them on as HTTP/1 must join them (RFC 9113 §8.2.3).
    private boolean joinedCookie(String value) {
        if (cookieIndex < 0) {
            cookieIndex = map.size();
            return false;
        }
        map.setValue(cookieIndex, map.value(cookieIndex) + "; " + value);
        return true;
    }

    private void readContentLength(String value) {
        long length = FieldRules.contentLength(value);
        if (length < 0 || (contentLength >= 0 && contentLength != length)) {
            problem = "bad content-length";
        }
        contentLength = length;
    }
}
