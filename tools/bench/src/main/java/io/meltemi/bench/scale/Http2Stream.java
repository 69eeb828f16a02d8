package io.meltemi.bench.scale;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One gRPC call on an HTTP/2 connection of its own, with windows so wide that the server never
/// waits for them. Reading is confined to one thread; writing is thread-safe.
///
/// It knows as little of HTTP/2 as it can: what it spends is not what is measured.
final class Http2Stream implements AutoCloseable {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GO_AWAY = 7;
    private static final int WINDOW_UPDATE = 8;

    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int END_STREAM = 1;
    private static final int HEADER_BYTES = 9;

    /// RFC 9113 §6.5.2: SETTINGS_INITIAL_WINDOW_SIZE and SETTINGS_MAX_FRAME_SIZE.
    private static final int INITIAL_WINDOW = 4;

    private static final int MAX_FRAME = 5;
    private static final int WIDEST = Integer.MAX_VALUE;
    private static final int FIRST_WINDOW = 65_535;
    private static final int FRAME_BYTES = 1 << 18;
    private static final int READ_BYTES = 1 << 16;

    /// What every server takes unless it says otherwise.
    private static final int LARGEST_SENT = 1 << 14;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final Body body = new Body();
    private long received;

    Http2Stream(InetSocketAddress server, String path) throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(server);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), READ_BYTES));
        out = new BufferedOutputStream(socket.getOutputStream());
        synchronized (out) {
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            frame(SETTINGS, 0, 0, settings());
            frame(WINDOW_UPDATE, 0, 0, number(WIDEST - FIRST_WINDOW));
            frame(HEADERS, END_HEADERS, 1, headers(server, path));
            out.flush();
        }
    }

    private static byte[] settings() {
        Bytes bytes = new Bytes();
        bytes.add(0, INITIAL_WINDOW).add(number(WIDEST));
        bytes.add(0, MAX_FRAME).add(number(FRAME_BYTES));
        return bytes.toArray();
    }

    /// Literal header fields without names from a table: any decoder reads them.
    private static byte[] headers(InetSocketAddress server, String path) {
        Bytes bytes = new Bytes();
        header(bytes, ":method", "POST");
        header(bytes, ":scheme", "http");
        header(bytes, ":path", path);
        header(bytes, ":authority", server.getHostString() + ":" + server.getPort());
        header(bytes, "content-type", "application/grpc");
        header(bytes, "te", "trailers");
        return bytes.toArray();
    }

    private static void header(Bytes bytes, String name, String value) {
        bytes.add(0).text(name).text(value);
    }

    private static byte[] number(int value) {
        return new byte[] {
            (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
        };
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        int length = payload.length;
        out.write(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length});
        out.write(new byte[] {(byte) type, (byte) flags});
        out.write(number(stream));
        out.write(payload);
    }

    /// Sends one message, uncompressed.
    void send(byte[] message) throws IOException {
        synchronized (out) {
            byte[] all = new Bytes().add(0).add(number(message.length)).add(message).toArray();
            for (int i = 0; i < all.length; i += LARGEST_SENT) {
                frame(
                        DATA,
                        0,
                        1,
                        Arrays.copyOfRange(all, i, Math.min(all.length, i + LARGEST_SENT)));
            }
            out.flush();
        }
    }

    /// What the server says, without its frames.
    InputStream body() {
        return body;
    }

    /// Bytes that came, with everything around them.
    long received() {
        return received;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /// The payload of the stream's DATA frames.
    private final class Body extends InputStream {
        private int left;

        @Override
        public int read() throws IOException {
            more();
            left--;
            return in.readUnsignedByte();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            more();
            int count = in.read(bytes, offset, Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the server is gone");
            }
            left -= count;
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            more();
            long skipped = in.skip(Math.min(count, left));
            left -= (int) skipped;
            return skipped;
        }

        private void more() throws IOException {
            while (left == 0) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                in.readInt();
                received += HEADER_BYTES + length;
                take(type, flags, length);
            }
        }

        private void take(int type, int flags, int length) throws IOException {
            switch (type) {
                case DATA -> left = length;
                case SETTINGS -> {
                    in.skipNBytes(length);
                    answer(SETTINGS, flags, new byte[0]);
                }
                case PING -> answer(PING, flags, in.readNBytes(length));
                case RESET, GO_AWAY -> throw new IOException("the server ends the stream");
                default -> {
                    in.skipNBytes(length);
                    if (type == HEADERS && (flags & END_STREAM) != 0) {
                        throw new IOException("the server refuses the stream");
                    }
                }
            }
        }

        private void answer(int type, int flags, byte[] payload) throws IOException {
            if ((flags & ACK) == 0) {
                synchronized (out) {
                    frame(type, ACK, 0, payload);
                    out.flush();
                }
            }
        }
    }
}
