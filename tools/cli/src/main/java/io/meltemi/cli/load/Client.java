package io.meltemi.cli.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One keep-alive HTTP/1.1 connection that never tries again by itself. Confined to its thread.
///
/// The JDK's clients repeat a request whose connection broke; a check for lost requests must see
/// it.
public final class Client implements AutoCloseable {
    private static final int MAX_LINE = 16_384;

    private final InetSocketAddress server;
    private final Duration timeout;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    /// @param timeout for connecting and for each read
    public Client(InetSocketAddress server, Duration timeout) {
        this.server = server;
        this.timeout = timeout;
    }

    /// Sends one request and waits for its response; a failure is data.
    public Reply send(Call call) {
        long start = System.nanoTime();
        try {
            // A kept connection that the server closed meanwhile was closed while idle: no request
            // is lost.
            if (socket != null && closedWhileIdle(socket)) {
                close();
            }
            InputStream from = connect();
            write(call);
            Reply reply = read(from, call.method().equals("HEAD"), start);
            if ("close".equalsIgnoreCase(reply.headers().get("connection"))) {
                close();
            }
            return reply;
        } catch (IOException e) {
            close();
            return Reply.failed(
                    e.getClass().getSimpleName() + ": " + e.getMessage(),
                    System.nanoTime() - start);
        }
    }

    private static boolean closedWhileIdle(Socket socket) throws IOException {
        if (socket.getInputStream().available() > 0) {
            return true;
        }
        socket.setSoTimeout(1);
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    private InputStream connect() throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket();
            open.setTcpNoDelay(true);
            open.connect(server, (int) timeout.toMillis());
            socket = open;
            in = new BufferedInputStream(open.getInputStream());
        }
        open.setSoTimeout((int) timeout.toMillis());
        InputStream from = in;
        if (from == null) {
            throw new IllegalStateException("a socket without its stream");
        }
        return from;
    }

    private void write(Call call) throws IOException {
        StringBuilder head = new StringBuilder();
        head.append(call.method()).append(' ').append(call.path()).append(" HTTP/1.1\r\n");
        if (!call.headers().containsKey("host")) {
            head.append("host: ").append(server.getHostString()).append(':');
            head.append(server.getPort()).append("\r\n");
        }
        call.headers().forEach((n, v) -> head.append(n).append(": ").append(v).append("\r\n"));
        byte[] body = call.body().getBytes(StandardCharsets.UTF_8);
        if (body.length > 0 || call.method().equals("POST")) {
            head.append("content-length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(body);
        Socket to = socket;
        if (to != null) {
            to.getOutputStream().write(all.toByteArray());
        }
    }

    private Reply read(InputStream from, boolean head, long start) throws IOException {
        String status = line(from);
        int code = Integer.parseInt(status.split(" ", 3)[1]);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(from); !line.isEmpty(); line = line(from)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        if (code == 100) {
            return read(from, head, start);
        }
        byte[] body = head || code == 204 || code == 304 ? new byte[0] : body(from, headers);
        return new Reply(
                code,
                headers,
                new String(body, StandardCharsets.UTF_8),
                "",
                System.nanoTime() - start);
    }

    private byte[] body(InputStream from, Map<String, String> headers) throws IOException {
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            int size = chunkSize(from);
            while (size > 0) {
                body.writeBytes(exactly(from, size));
                line(from);
                size = chunkSize(from);
            }
            while (!line(from).isEmpty()) {
                // Trailers are not looked at.
            }
            return body.toByteArray();
        }
        String length = headers.get("content-length");
        if (length != null) {
            return exactly(from, Integer.parseInt(length));
        }
        headers.put("connection", "close");
        return from.readAllBytes();
    }

    private static int chunkSize(InputStream from) throws IOException {
        return Integer.parseInt(line(from).split(";", 2)[0].strip(), 16);
    }

    private static byte[] exactly(InputStream from, int count) throws IOException {
        byte[] bytes = from.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("connection closed in the middle of a body");
        }
        return bytes;
    }

    private static String line(InputStream from) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = from.read(); b != '\n'; b = from.read()) {
            if (b < 0) {
                throw new EOFException("connection closed before the response");
            }
            if (line.size() > MAX_LINE) {
                throw new IOException("a header line has more than " + MAX_LINE + " bytes");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        Socket open = socket;
        socket = null;
        in = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                // It is gone either way.
            }
        }
    }
}
