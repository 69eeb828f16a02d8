package io.meltemi.proxy.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads a TLS client hello (RFC 8446 §4.1.2) without consuming it. Pure.
///
/// Anything that is no client hello is plain bytes to us: whether that is an error, the filter
/// chain match decides.
final class ClientHelloParser {
    /// Envoy's limit for its inspector.
    static final int MAX_HELLO = 16 * 1024;

    /// Clients use one or a few; without a limit every byte more would cost another walk.
    private static final int MAX_RECORDS = 64;

    private static final int HANDSHAKE_RECORD = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int RECORD_HEADER = 5;
    private static final int HANDSHAKE_HEADER = 4;

    /// RFC 8446 §5.1 for plain text; hellos are never encrypted.
    private static final int MAX_RECORD = 1 << 14;

    private static final int EXTENSION_SERVER_NAME = 0;
    private static final int EXTENSION_ALPN = 16;

    private static final Done RAW = new Done(ClientHello.RAW_BUFFER);

    private ClientHelloParser() {}

    sealed interface Result {}

    record NeedMore() implements Result {}

    record TooLong() implements Result {}

    record Done(ClientHello hello) implements Result {}

    /// Looks at the readable bytes from their beginning.
    static Result parse(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int wanted = -1;
        int collected = 0;
        int records = 0;
        for (int at = start; records < MAX_RECORDS; records++) {
            if (!mayBeRecord(in, at, end)) {
                return RAW;
            }
            if (end - at < RECORD_HEADER) {
                break;
            }
            int length = in.getUnsignedShort(at + 3);
            if (length == 0 || length > MAX_RECORD) {
                return RAW;
            }
            int body = at + RECORD_HEADER;
            int here = Math.min(length, end - body);
            if (wanted < 0 && (here > 0 && in.getByte(body) != CLIENT_HELLO)) {
                return RAW;
            }
            collected += here;
            if (wanted < 0 && here >= HANDSHAKE_HEADER) {
                wanted = HANDSHAKE_HEADER + in.getUnsignedMedium(body + 1);
                if (wanted > MAX_HELLO) {
                    return new TooLong();
                }
            } else if (wanted < 0 && here == length) {
                // A handshake header cut by a record boundary: no client does that.
                return RAW;
            }
            if (wanted >= 0 && collected >= wanted) {
                return hello(in, start, records + 1, wanted);
            }
            if (here < length) {
                break;
            }
            at = body + length;
        }
        // A hello is at most 16 KiB, so that fewer records than these end it or have a bad length.
        return records == MAX_RECORDS ? new TooLong() : new NeedMore();
    }

    /// Whether the bytes there are, if any, could begin a handshake record.
    private static boolean mayBeRecord(ByteBuf in, int at, int end) {
        return (end <= at || in.getByte(at) == HANDSHAKE_RECORD)
                && (end <= at + 1 || in.getByte(at + 1) == 3);
    }

    private static Result hello(ByteBuf in, int start, int records, int wanted) {
        ByteBuf whole =
                records == 1
                        ? in.slice(start + RECORD_HEADER, wanted)
                        : joined(in, start, records, wanted);
        whole.skipBytes(HANDSHAKE_HEADER);
        try {
            return new Done(body(whole));
        } catch (IndexOutOfBoundsException _) {
            // Lengths inside that do not add up.
            return RAW;
        }
    }

    private static ByteBuf joined(ByteBuf in, int start, int records, int wanted) {
        byte[] bytes = new byte[wanted];
        int filled = 0;
        int at = start;
        for (int i = 0; i < records; i++) {
            int length = in.getUnsignedShort(at + 3);
            int part = Math.min(length, wanted - filled);
            in.getBytes(at + RECORD_HEADER, bytes, filled, part);
            filled += part;
            at += RECORD_HEADER + length;
        }
        return Unpooled.wrappedBuffer(bytes);
    }

    private static ClientHello body(ByteBuf hello) {
        hello.skipBytes(2 + 32); // version, random
        hello.skipBytes(hello.readUnsignedByte()); // session id
        hello.skipBytes(hello.readUnsignedShort()); // cipher suites
        hello.skipBytes(hello.readUnsignedByte()); // compression methods
        String serverName = "";
        List<String> protocols = List.of();
        if (hello.isReadable()) {
            ByteBuf extensions = hello.readSlice(hello.readUnsignedShort());
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf content = extensions.readSlice(extensions.readUnsignedShort());
                switch (type) {
                    case EXTENSION_SERVER_NAME -> serverName = serverName(content);
                    case EXTENSION_ALPN -> protocols = protocols(content);
                    default -> {}
                }
            }
        }
        return new ClientHello(true, serverName, protocols);
    }

    private static String serverName(ByteBuf content) {
        ByteBuf names = content.readSlice(content.readUnsignedShort());
        while (names.isReadable()) {
            int type = names.readUnsignedByte();
            ByteBuf name = names.readSlice(names.readUnsignedShort());
            if (type == 0) {
                return name.toString(StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
            }
        }
        return "";
    }

    private static List<String> protocols(ByteBuf content) {
        List<String> protocols = new ArrayList<>();
        ByteBuf names = content.readSlice(content.readUnsignedShort());
        while (names.isReadable()) {
            protocols.add(
                    names.readSlice(names.readUnsignedByte()).toString(StandardCharsets.US_ASCII));
        }
        return protocols;
    }
}
