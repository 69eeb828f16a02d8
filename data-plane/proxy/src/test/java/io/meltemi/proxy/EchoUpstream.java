package io.meltemi.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// A scripted HTTP/1 server: remembers each request as it came and answers what the script says.
/// Thread-safe.
final class EchoUpstream implements AutoCloseable {
    private final ServerSocket socket;
    private final Function<String, String> script;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    /// @param script from a request to the whole response; an empty one closes the connection
    EchoUpstream(Function<String, String> script) throws IOException {
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    static EchoUpstream answering(String body) throws IOException {
        return new EchoUpstream(_ -> ok(body));
    }

    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\ncontent-length: " + body.length() + "\r\n\r\n" + body;
    }

    int port() {
        return socket.getLocalPort();
    }

    List<String> requests() {
        return requests;
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                connections.incrementAndGet();
                open.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            while (true) {
                String request = read(in);
                if (request.isEmpty()) {
                    return;
                }
                requests.add(request);
                String response = script.apply(request);
                if (response.isEmpty()) {
                    return;
                }
                out.write(response.getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            }
        } catch (IOException _) {
            // the proxy closed it
        }
    }

    /// One request with its body, as it came.
    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!text(bytes).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            bytes.write(b);
        }
        String head = text(bytes);
        if (head.contains("\r\ntransfer-encoding: chunked\r\n")) {
            while (!text(bytes).endsWith("0\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    return "";
                }
                bytes.write(b);
            }
        } else {
            for (String line : head.split("\r\n", -1)) {
                if (line.startsWith("content-length: ")) {
                    bytes.write(in.readNBytes(Integer.parseInt(line.substring(16))));
                }
            }
        }
        return text(bytes);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket client : open) {
            client.close();
        }
    }
}
