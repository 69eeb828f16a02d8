package io.meltemi.testkit.differential;

import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.differential.ConnectionCase.Step;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Plays the connections of a case against one proxy and writes down what came back. Confined to
/// its test.
final class ConnectionPlayer implements AutoCloseable {
    /// The proxy may do one thing or another, whichever of two is faster.
    private static final String UNTOLD = "untold";

    private static final int PATIENCE_MILLIS = 10_000;

    /// A proxy is given this long to say something it should not.
    private static final int SILENCE_MILLIS = 200;

    private static final String END = "\u0000end";

    private final ProxyUnderTest proxy;
    private final Path folder;
    private final TlsClients tls;
    private final List<Socket> open = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();

    ConnectionPlayer(ProxyUnderTest proxy, Path folder, TestCertificates certificates) {
        this.proxy = proxy;
        this.folder = folder;
        this.tls = new TlsClients(certificates);
    }

    List<String> lines() {
        return lines;
    }

    /// @param number which connection this is, for the lines
    void play(int number, Step step) throws IOException {
        int before = lines.size();
        converseWithProxy(number, step);
        if (step.read().equals(UNTOLD)) {
            lines.subList(before, lines.size()).clear();
        }
    }

    private void converseWithProxy(int number, Step step) throws IOException {
        if (step.to().startsWith("unix:")) {
            unix(number, step);
            return;
        }
        Socket socket = new Socket();
        open.add(socket);
        socket.setSoTimeout(PATIENCE_MILLIS);
        if (!step.from().isEmpty()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(step.from()), 0));
        }
        int port = proxy.admin().listenerPort(step.to());
        socket.connect(
                new InetSocketAddress(InetAddress.getByName(step.at()), port), PATIENCE_MILLIS);
        try {
            write(socket.getOutputStream(), step.first());
            Socket ready = socket;
            if (step.tls() != null) {
                SSLSocket secured = tls.handshake(socket, step.tls());
                lines.add(number + " tls " + tls.describe(secured, step.tls()));
                ready = secured;
            }
            converse(number, step, ready);
        } catch (SSLException e) {
            lines.add(number + alert(e));
        } catch (SocketTimeoutException e) {
            throw new IOException("connection " + number + ": " + e.getMessage(), e);
        } catch (IOException _) {
            // A reset and an end are the same news: the proxy is done with this connection.
            lines.add(number + " end");
        }
        if (!step.reset().isEmpty()) {
            reset(socket, step.reset());
        } else if (!step.keep()) {
            socket.close();
        }
    }

    /// With no time to linger, closing sends RST.
    private void reset(Socket socket, String gauge) throws IOException {
        until(gauge, 1);
        socket.setSoLinger(true, 0);
        socket.close();
        until(gauge, 0);
    }

    private void until(String gauge, long value) throws IOException {
        Deadline.await(
                gauge + " = " + value,
                Duration.ofMillis(PATIENCE_MILLIS),
                () -> proxy.admin().stat(gauge) == value,
                () -> String.join("\n", lines));
    }

    private void unix(int number, Step step) throws IOException {
        Path path = Path.of(step.to().substring("unix:".length()).replace("FOLDER", folder + ""));
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            write(Channels.newOutputStream(channel), step.first() + step.send());
            if (step.end()) {
                channel.shutdownOutput();
            }
            read(number, step, Channels.newInputStream(channel));
        }
    }

    private static String alert(SSLException e) {
        String message = String.valueOf(e.getMessage());
        int at = message.indexOf("fatal alert: ");
        if (at >= 0) {
            return " tls alert " + message.substring(at + "fatal alert: ".length());
        }
        boolean closed = message.toLowerCase(Locale.ROOT).contains("terminated");
        return closed ? " end" : " tls refused";
    }

    private void converse(int number, Step step, Socket socket) throws IOException {
        if (!step.http2().isEmpty()) {
            new Http2Player(number, socket).play(step.http2(), lines::add);
            return;
        }
        write(socket.getOutputStream(), step.send());
        if (step.end()) {
            socket.shutdownOutput();
        }
        if (step.read().equals("silence")) {
            socket.setSoTimeout(SILENCE_MILLIS);
            silence(number, socket.getInputStream());
            socket.setSoTimeout(PATIENCE_MILLIS);
            return;
        }
        read(number, step, socket.getInputStream());
    }

    private static void write(OutputStream out, String bytes) throws IOException {
        if (!bytes.isEmpty()) {
            out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
    }

    private void silence(int number, InputStream in) throws IOException {
        try {
            int read = in.read();
            lines.add(number + (read < 0 ? " end" : " got something"));
        } catch (SocketTimeoutException _) {
            lines.add(number + " silence");
        }
    }

    private void read(int number, Step step, InputStream in) throws IOException {
        switch (step.read()) {
            case "nothing" -> {}
            case "all", UNTOLD -> got(number, until(in, null), true);
            case "response" -> got(number, until(in, "\r\n\r\n"), false);
            default -> got(number, until(in, step.read()), false);
        }
    }

    private void got(int number, String text, boolean wholly) {
        boolean ended = wholly || text.endsWith(END);
        String said = text.replace(END, "");
        for (String line : said.split("\r?\n", -1)) {
            String name = line.toLowerCase(Locale.ROOT);
            if (!line.isEmpty() && !name.startsWith("date:") && !name.contains("service-time:")) {
                lines.add(number + " got " + printable(line));
            }
        }
        if (ended) {
            lines.add(number + " end");
        }
    }

    private static String printable(String line) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            text.append(c >= ' ' && c < 127 ? String.valueOf(c) : "\\" + (int) c);
        }
        return text.toString();
    }

    /// What comes until a text has come, with its body if it was a response's head; marked when the
    /// connection ended before.
    private static String until(InputStream in, @Nullable String text) throws IOException {
        StringBuilder all = new StringBuilder();
        try {
            while (text == null || all.indexOf(text) < 0) {
                int read = in.read();
                if (read < 0) {
                    return all.append(END).toString();
                }
                all.append((char) read);
            }
            for (int left = bodyLength(all); left > 0; left--) {
                all.append((char) in.read());
            }
        } catch (SocketTimeoutException e) {
            throw new SocketTimeoutException("only this came: '" + all + "'");
        } catch (SSLException e) {
            throw e;
        } catch (IOException _) {
            return all.append(END).toString();
        }
        return all.toString();
    }

    private static int bodyLength(StringBuilder response) {
        if (response.indexOf("HTTP/1.1 ") != 0) {
            return 0;
        }
        String header = "content-length: ";
        int at = response.indexOf(header);
        int end = response.indexOf("\r\n", at);
        return at < 0 ? 0 : Integer.parseInt(response.substring(at + header.length(), end));
    }

    @Override
    public void close() throws IOException {
        for (Socket each : open) {
            each.close();
        }
    }
}
