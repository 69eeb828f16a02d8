package io.meltemi.proxy.http.h2;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// Whether a clear-text connection begins HTTP/2 with prior knowledge (RFC 9113 §3.4). Pure.
public enum Http2Preface {
    /// All 24 octets are there.
    HTTP2,
    /// Some octet differs: HTTP/1 or something else.
    OTHER,
    /// All octets so far agree; more are needed.
    NEED_MORE;

    private static final byte[] MAGIC =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /// Looks at the readable bytes and consumes none.
    public static Http2Preface of(ByteBuf first) {
        int length = Math.min(first.readableBytes(), MAGIC.length);
        for (int i = 0; i < length; i++) {
            if (first.getByte(first.readerIndex() + i) != MAGIC[i]) {
                return OTHER;
            }
        }
        return length == MAGIC.length ? HTTP2 : NEED_MORE;
    }
}
