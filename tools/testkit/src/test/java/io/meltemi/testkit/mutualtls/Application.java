package io.meltemi.testkit.mutualtls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.meltemi.testkit.security.Identities;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Scanner;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;

/// Answers whatever it hears in its own way: HTTP/1.1 with what it was told of the caller, HTTP/2
/// with 200, TLS with its certificate, everything else with the same bytes. Thread-safe.
final class Application implements AutoCloseable {
    private static final int HANDSHAKE = 0x16;

    private final ServerSocket server;
    private final Identities identities;
    private final AtomicInteger secured = new AtomicInteger();

    private Application(ServerSocket server, Identities identities) {
        this.server = server;
        this.identities = identities;
    }

    static Application start(Identities identities) throws IOException {
        Application started =
                new Application(
                        new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), identities);
        // made here, as identities are the test thread's
        identities.context("application.example");
        Thread.ofVirtual().name("application").start(started::accept);
        return started;
    }

    int port() {
        return server.getLocalPort();
    }

    /// How often a caller made TLS with it.
    int secured() {
        return secured.get();
    }

    private void accept() {
        while (true) {
            Socket socket;
            try {
                socket = server.accept();
            } catch (IOException _) {
                // The test is over.
                return;
            }
            Thread.ofVirtual().name("application's connection").start(() -> answer(socket));
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            int first = in.read();
            byte[] read = {(byte) first};
            switch (first) {
                case -1 -> {}
                case HANDSHAKE -> secure(socket, read);
                case 'P' -> Frames.serve(in, socket.getOutputStream());
                case 'G' -> http(again(read, in), socket.getOutputStream());
                default -> echo(again(read, in), socket.getOutputStream());
            }
        } catch (IOException _) {
            // The caller sees it.
        }
    }

    private static InputStream again(byte[] read, InputStream rest) {
        return new SequenceInputStream(new ByteArrayInputStream(read), rest);
    }

    private void secure(Socket socket, byte[] read) throws IOException {
        try (SSLSocket tls =
                (SSLSocket)
                        identities
                                .context("application.example")
                                .getSocketFactory()
                                .createSocket(socket, new ByteArrayInputStream(read), true)) {
            tls.startHandshake();
            secured.incrementAndGet();
            echo(tls.getInputStream(), tls.getOutputStream());
        }
    }

    private static void http(InputStream in, OutputStream out) throws IOException {
        String caller = "nobody";
        @SuppressWarnings("resource") // it would close the connection
        Scanner lines = new Scanner(in, US_ASCII);
        for (String line = lines.nextLine(); !line.isEmpty(); line = lines.nextLine()) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("x-forwarded-client-cert:")) {
                caller = line.replaceAll(".*;URI=([^;,]*).*", "$1");
            }
        }
        out.write(
                ("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: "
                                + caller.length()
                                + "\r\n\r\n"
                                + caller)
                        .getBytes(US_ASCII));
    }

    private static void echo(InputStream in, OutputStream out) throws IOException {
        byte[] bytes = new byte[100];
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
            out.write(bytes, 0, count);
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
