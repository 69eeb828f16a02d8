package io.meltemi.cli.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A request whose body does not end before it is told to: it holds a connection to the
/// application, which answers while it still reads. Confined to its thread.
final class HeldRequest implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    /// More than what lies on the way collects before it hands on.
    private static final int FIRST_BYTES = 16_384;

    private final Socket socket;
    private final InputStream in;
    private int status;

    private HeldRequest(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /// Sends a head and the first part of a body, and does not wait.
    static HeldRequest send(InetSocketAddress server, String host) throws IOException {
        Socket socket = new Socket();
        socket.connect(server, TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        String head =
                "POST /body HTTP/1.1\r\nhost: "
                        + host
                        + "\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
                        + Integer.toHexString(FIRST_BYTES)
                        + "\r\n"
                        + "x".repeat(FIRST_BYTES)
                        + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return new HeldRequest(socket);
    }

    /// Waits for the head of the response.
    void awaitStart() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        String[] words = line.toString(StandardCharsets.US_ASCII).split(" ", 3);
        if (words.length < 2) {
            throw new IOException("the connection was closed without a response");
        }
        status = Integer.parseInt(words[1]);
    }

    /// Ends the body; waits for the response if need be.
    ///
    /// @return its status
    int finish() throws IOException {
        try (this) {
            // Who was refused has closed, and takes no more.
            boolean open = status != 0 || in.available() == 0;
            if (open) {
                socket.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            if (status == 0) {
                awaitStart();
            }
            if (open) {
                in.skip(Long.MAX_VALUE);
            }
            return status;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // It is gone either way.
        }
    }
}
