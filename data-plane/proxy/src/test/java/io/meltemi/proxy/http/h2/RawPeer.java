package io.meltemi.proxy.http.h2;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A peer that writes frames by hand and breaks any rule it likes. Confined to the test's thread.
final class RawPeer implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int ACK = 1;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    /// One frame as it came.
    record Frame(int type, int flags, int streamId, String payload) {
        /// The error code of RST_STREAM and GOAWAY; -1 for others.
        int errorCode() {
            return switch (type) {
                case RST_STREAM -> payload.charAt(3);
                case GOAWAY -> payload.charAt(7);
                default -> -1;
            };
        }
    }

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(30_000);
        this.out = socket.getOutputStream();
        this.in = new DataInputStream(socket.getInputStream());
    }

    /// A client of the server on a port, its preface and empty SETTINGS sent.
    static RawPeer client(int port) throws IOException {
        RawPeer peer = new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
        peer.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        peer.frame(SETTINGS, 0, 0);
        return peer;
    }

    /// What cannot be written any more does not matter: the answer counts.
    void bytes(byte... bytes) {
        try {
            out.write(bytes);
        } catch (IOException _) {
            // The peer has closed; reading shows why.
        }
    }

    /// How long reading may wait before it is given up.
    void patience(int millis) throws SocketException {
        socket.setSoTimeout(millis);
    }

    /// Passes over the client's preface.
    void skip(int bytes) throws IOException {
        in.skipNBytes(bytes);
    }

    void frame(int type, int flags, int streamId, byte... payload) {
        bytes(encoded(type, flags, streamId, payload));
    }

    static byte[] encoded(int type, int flags, int streamId, byte... payload) {
        byte[] frame = new byte[9 + payload.length];
        frame[0] = (byte) (payload.length >> 16);
        frame[1] = (byte) (payload.length >> 8);
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        frame[5] = (byte) (streamId >> 24);
        frame[6] = (byte) (streamId >> 16);
        frame[7] = (byte) (streamId >> 8);
        frame[8] = (byte) streamId;
        System.arraycopy(payload, 0, frame, 9, payload.length);
        return frame;
    }

    /// Literal fields without indexing; names and values shorter than 127 octets.
    static byte[] fields(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            literal(block, namesAndValues[i]);
            literal(block, namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String text) {
        block.write(text.length());
        block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String[] get(String... more) {
        String[] fields = {
            ":method", "GET", ":scheme", "http", ":authority", "shop.test", ":path", "/"
        };
        String[] all = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return all;
    }

    /// The next frame of a type; others are passed over.
    ///
    /// @throws EOFException when the peer closes before
    Frame await(int type) throws IOException {
        while (true) {
            Frame frame = next();
            if (frame.type == type) {
                return frame;
            }
        }
    }

    /// How the peer shows that it does not go on: GOAWAY with an error, RST_STREAM, or a close.
    /// `nothing` when it answers a PING instead, or keeps silent for as long as reading may wait.
    String awaitRefusal() throws IOException {
        while (true) {
            try {
                Frame frame = next();
                if (frame.type == RST_STREAM) {
                    return "RST_STREAM " + frame.errorCode();
                }
                if (frame.type == GOAWAY && frame.errorCode() != 0) {
                    return "GOAWAY " + frame.errorCode();
                }
                if (frame.type == PING && (frame.flags & ACK) != 0) {
                    return "nothing";
                }
            } catch (SocketTimeoutException _) {
                return "nothing";
            } catch (EOFException | SocketException _) {
                return "closed";
            }
        }
    }

    private Frame next() throws IOException {
        int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int streamId = in.readInt();
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(type, flags, streamId, new String(payload, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
