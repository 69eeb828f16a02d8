package io.meltemi.testkit.differential;

import io.meltemi.fixtures.http.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Frames of one HTTP/2 connection as a test wants them, right or wrong. Confined to its
/// connection.
///
/// Only HPACK is Netty's: what a peer may do wrong is in the frames.
final class Http2Wire {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int HAS_PRIORITY = 32;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int MAX_HEADER_BYTES = 1 << 20;
    private static final String SEPARATOR = ": ";

    private final InputStream in;
    private final OutputStream out;
    private final ByteArrayOutputStream burst = new ByteArrayOutputStream();
    private boolean held;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder =
            new DefaultHttp2HeadersDecoder(false, MAX_HEADER_BYTES);

    /// One frame. Immutable but for its payload.
    @SuppressWarnings("ArrayRecordComponent") // nobody compares frames
    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        /// A number of four bytes in the payload.
        int number(int at) {
            return ByteBuffer.wrap(payload).getInt(at);
        }
    }

    Http2Wire(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    void preface() throws IOException {
        out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    }

    void readPreface() throws IOException {
        if (in.readNBytes(PREFACE.length()).length < PREFACE.length()) {
            throw new EOFException("the connection ended before its preface");
        }
    }

    synchronized void write(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.putInt((payload.length << 8) | type).put((byte) flags).putInt(stream).put(payload);
        if (held) {
            burst.write(frame.array());
            return;
        }
        out.write(frame.array());
        out.flush();
    }

    /// What is written from now on waits for [#release].
    synchronized void hold() {
        held = true;
    }

    /// Writes at once what was held.
    synchronized void release() throws IOException {
        held = false;
        byte[] all = burst.toByteArray();
        burst.reset();
        out.write(all);
        out.flush();
    }

    /// A frame whose payload is one number.
    void writeNumber(int type, int stream, int number) throws IOException {
        write(type, 0, stream, ByteBuffer.allocate(4).putInt(number).array());
    }

    void settings(Map<Integer, Integer> values) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(6 * values.size());
        values.forEach((id, value) -> payload.putShort(id.shortValue()).putInt(value));
        write(SETTINGS, 0, 0, payload.array());
    }

    void goAway(int lastStream, int code) throws IOException {
        write(GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(lastStream).putInt(code).array());
    }

    /// @param fields as `name: value`, pseudo fields first
    byte[] block(int stream, List<String> fields) throws IOException {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (String field : fields) {
            int colon = field.indexOf(SEPARATOR, 1);
            headers.add(field.substring(0, colon), field.substring(colon + SEPARATOR.length()));
        }
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(stream, headers, block);
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
        return ByteBufUtil.getBytes(block);
    }

    void headers(int stream, List<String> fields, boolean end) throws IOException {
        write(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(stream, fields));
    }

    void data(int stream, String text, boolean end) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        write(DATA, end ? END_STREAM : 0, stream, bytes);
    }

    /// The next frame, CONTINUATION frames joined to what they continue; empty at the end.
    Optional<Frame> read() throws IOException {
        byte[] head = in.readNBytes(9);
        if (head.length < 9) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(head);
        int length = fields.getInt() >>> 8;
        byte[] payload = in.readNBytes(length);
        Frame frame = new Frame(head[3], head[4], fields.getInt(5), payload);
        if (payload.length < length) {
            return Optional.empty();
        }
        if (frame.type != HEADERS || frame.has(END_HEADERS)) {
            return Optional.of(frame);
        }
        Optional<Frame> rest = read();
        return rest.map(more -> {
            byte[] joined = new byte[payload.length + more.payload.length];
            System.arraycopy(payload, 0, joined, 0, payload.length);
            System.arraycopy(more.payload, 0, joined, payload.length, more.payload.length);
            return new Frame(HEADERS, frame.flags | END_HEADERS, frame.stream, joined);
        });
    }

    List<Header> fields(Frame frame) throws IOException {
        int skip = frame.has(HAS_PRIORITY) ? 5 : 0;
        if (frame.has(PADDED)) {
            throw new IOException("padded headers");
        }
        ByteBuf block = Unpooled.wrappedBuffer(frame.payload).skipBytes(skip);
        List<Header> fields = new ArrayList<>();
        try {
            for (Map.Entry<CharSequence, CharSequence> each :
                    decoder.decodeHeaders(frame.stream, block)) {
                fields.add(new Header(each.getKey().toString(), each.getValue().toString()));
            }
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
        return fields;
    }

    static String error(int code) {
        Http2Error error = Http2Error.valueOf(code);
        return error == null ? Integer.toString(code) : error.name();
    }
}
