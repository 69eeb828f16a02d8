package io.meltemi.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// A client that sends bytes as they are and reads what comes back.
final class RawClient implements AutoCloseable {
    private final Socket socket;

    RawClient(SocketAddress address) throws IOException {
        InetSocketAddress inet = (InetSocketAddress) address;
        socket = new Socket(inet.getAddress(), inet.getPort());
        socket.setSoTimeout(10_000);
    }

    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /// One response: head and, by content-length, body.
    String response() throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                return bytes.toString(StandardCharsets.ISO_8859_1);
            }
            bytes.write(b);
        }
        for (String line : bytes.toString(StandardCharsets.ISO_8859_1).split("\r\n", -1)) {
            if (line.startsWith("content-length: ")) {
                bytes.write(in.readNBytes(Integer.parseInt(line.substring(16))));
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /// So many bytes, or what comes before the end.
    String lines(int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    /// Everything until the other side closes or is silent for so long.
    String everything(int silenceMillis) throws IOException {
        socket.setSoTimeout(silenceMillis);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            int count = socket.getInputStream().read(buffer);
            while (count >= 0) {
                bytes.write(buffer, 0, count);
                count = socket.getInputStream().read(buffer);
            }
            closed = true;
        } catch (SocketTimeoutException _) {
            // silent
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private boolean closed;

    /// Whether the other side closed during [#everything].
    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
