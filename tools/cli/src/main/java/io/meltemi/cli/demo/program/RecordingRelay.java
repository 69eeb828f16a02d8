package io.meltemi.cli.demo.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A program that stands between a caller and its callee, hands every byte on and remembers it; run
/// inside the node's network by the checks. Thread-safe.
///
/// Prints `ready`, then, when its standard input ends, one line of what it saw.
public final class RecordingRelay {
    /// More than a check sends; what comes after is handed on and not remembered.
    private static final int KEPT_BYTES = 4 << 20;

    private static final int CHUNK = 16_384;

    private final InetSocketAddress callee;

    /// What each direction of each connection carried. Guarded by this.
    private final List<ByteArrayOutputStream> directions = new ArrayList<>();

    private RecordingRelay(InetSocketAddress callee) {
        this.callee = callee;
    }

    /// Arguments: own address, own port, callee's address, callee's port, the marker to look for.
    public static void main(String[] args) throws IOException {
        RecordingRelay relay =
                new RecordingRelay(new InetSocketAddress(args[2], Integer.parseInt(args[3])));
        try (ServerSocket server =
                new ServerSocket(Integer.parseInt(args[1]), 64, InetAddress.getByName(args[0]))) {
            Thread.ofVirtual().start(() -> relay.accept(server));
            System.out.println("ready");
            System.in.readAllBytes();
        }
        System.out.println(relay.seen(args[4]));
    }

    private void accept(ServerSocket server) {
        try {
            while (true) {
                Socket caller = server.accept();
                Thread.ofVirtual().start(() -> join(caller));
            }
        } catch (IOException _) {
            // Closed: the check is over.
        }
    }

    private void join(Socket caller) {
        try (caller;
                Socket onward = new Socket()) {
            onward.connect(callee);
            Thread back = Thread.ofVirtual().start(() -> copy(onward, caller));
            copy(caller, onward);
            back.join();
        } catch (IOException _) {
            // The caller meets a closed connection, as without a relay.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void copy(Socket from, Socket to) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        synchronized (this) {
            directions.add(kept);
        }
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                synchronized (this) {
                    if (kept.size() + n <= KEPT_BYTES) {
                        kept.write(chunk, 0, n);
                    }
                }
                out.write(chunk, 0, n);
            }
        } catch (IOException _) {
            // One side is gone; closing the streams closes both sockets.
        }
    }

    private synchronized String seen(String marker) {
        int bytes = directions.stream().mapToInt(ByteArrayOutputStream::size).sum();
        boolean records = directions.stream().allMatch(d -> TlsRecords.only(d.toByteArray()));
        boolean inClear =
                directions.stream()
                        .anyMatch(d -> d.toString(StandardCharsets.ISO_8859_1).contains(marker));
        return "%d bytes on %d connections, %s, marker %s"
                .formatted(
                        bytes,
                        directions.size() / 2,
                        records ? "TLS records only" : "not only TLS records",
                        inClear ? "in clear" : "not seen");
    }
}
