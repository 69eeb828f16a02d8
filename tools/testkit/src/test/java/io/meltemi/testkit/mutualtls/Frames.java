package io.meltemi.testkit.mutualtls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// As little of HTTP/2 as one request takes, without TLS. Thread-safe: stateless.
final class Frames {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int ACK = 1;
    private static final int END_STREAM_AND_HEADERS = 5;

    /// `:status: 200` in HPACK's table.
    private static final byte STATUS_200 = (byte) 0x88;

    private Frames() {}

    @SuppressWarnings("ArrayRecordComponent") // nobody compares frames
    private record Frame(int type, int flags, int stream, byte[] payload) {}

    /// Answers requests with 200 until the caller goes.
    ///
    /// @param in without its first byte
    static void serve(InputStream in, OutputStream out) throws IOException {
        in.skipNBytes(PREFACE.length - 1);
        out.write(frame(SETTINGS, 0, 0));
        out.flush();
        while (true) {
            Frame frame = read(in);
            answer(frame, out);
            if (frame.type() == HEADERS) {
                out.write(frame(HEADERS, END_STREAM_AND_HEADERS, frame.stream(), STATUS_200));
            }
            out.flush();
        }
    }

    /// Whether a GET is answered with 200.
    static boolean isServed(InputStream in, OutputStream out, String host) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(PREFACE);
        request.write(frame(SETTINGS, 0, 0));
        byte[] name = host.getBytes(US_ASCII);
        byte[] block = new byte[5 + name.length];
        // GET, http, /, and the authority as it is
        System.arraycopy(new byte[] {(byte) 0x82, (byte) 0x86, (byte) 0x84, 1}, 0, block, 0, 4);
        block[4] = (byte) name.length;
        System.arraycopy(name, 0, block, 5, name.length);
        request.write(frame(HEADERS, END_STREAM_AND_HEADERS, 1, block));
        out.write(request.toByteArray());
        out.flush();
        while (true) {
            Frame frame = read(in);
            if (frame.type() == HEADERS) {
                return frame.payload()[0] == STATUS_200;
            }
            answer(frame, out);
            out.flush();
        }
    }

    private static void answer(Frame frame, OutputStream out) throws IOException {
        if ((frame.type() == SETTINGS || frame.type() == PING) && frame.flags() != ACK) {
            byte[] payload = frame.type() == PING ? frame.payload() : new byte[0];
            out.write(frame(frame.type(), ACK, 0, payload));
        }
    }

    private static byte[] frame(int type, int flags, int stream, byte... payload) {
        byte[] frame = new byte[9 + payload.length];
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        frame[8] = (byte) stream;
        System.arraycopy(payload, 0, frame, 9, payload.length);
        return frame;
    }

    private static Frame read(InputStream in) throws IOException {
        byte[] head = in.readNBytes(9);
        if (head.length < 9) {
            throw new EOFException("the connection ended");
        }
        int length = (head[0] & 255) << 16 | (head[1] & 255) << 8 | (head[2] & 255);
        return new Frame(head[3], head[4], head[8], in.readNBytes(length));
    }
}
