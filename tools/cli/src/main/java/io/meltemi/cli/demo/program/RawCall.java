package io.meltemi.cli.demo.program;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A program that speaks plain HTTP to an address, run inside the node's network by the checks.
public final class RawCall {
    private static final int TIMEOUT_MILLIS = 5_000;

    private RawCall() {}

    /// Arguments: address, port, path. Prints the status line, or `closed: ...` when the connection
    /// was refused or broken.
    public static void main(String[] args) {
        InetSocketAddress to = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        try (Socket socket = new Socket()) {
            socket.connect(to, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write(
                            ("GET " + args[2] + " HTTP/1.1\r\nhost: x\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readNBytes(40), StandardCharsets.US_ASCII);
            System.out.println(
                    answer.lines().findFirst().orElse("closed: without an answer").strip());
        } catch (IOException e) {
            System.out.println("closed: " + e.getMessage());
        }
    }
}
