package io.meltemi.testkit.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A name server on loopback, by UDP and TCP, that answers as it is told. Thread-safe.
final class ScriptedDns implements AutoCloseable {
    private static final int MAX_BYTES = 4096;
    private static final int SERVER_FAILURE = 2;
    private static final int NO_SUCH_NAME = 3;
    private static final int AAAA = 28;
    private static final int HEADER = 12;

    private final Map<String, Zone> zones = new ConcurrentHashMap<>();
    private final DatagramSocket udp;
    private final ServerSocket tcp;

    /// What is said of a name. Immutable.
    ///
    /// @param fails whether the server says that it failed
    /// @param large whether UDP has only the beginning of an answer
    private record Zone(List<String> addresses, int ttlSeconds, boolean fails, boolean large) {
        Zone {
            addresses = List.copyOf(addresses);
        }
    }

    ScriptedDns() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        tcp = new ServerSocket(0, 50, loopback);
        udp = new DatagramSocket(new InetSocketAddress(loopback, tcp.getLocalPort()));
        Thread.ofVirtual().name("dns-udp").start(this::serveUdp);
        Thread.ofVirtual().name("dns-tcp").start(this::serveTcp);
    }

    int port() {
        return udp.getLocalPort();
    }

    /// The name has these addresses from now on, of either family.
    ScriptedDns has(String name, int ttlSeconds, String... addresses) {
        zones.put(name, new Zone(List.of(addresses), ttlSeconds, false, false));
        return this;
    }

    /// The same, but only TCP has the whole answer.
    ScriptedDns hasByTcp(String name, String... addresses) {
        zones.put(name, new Zone(List.of(addresses), 0, false, true));
        return this;
    }

    /// The server cannot tell.
    ScriptedDns fails(String name) {
        zones.put(name, new Zone(List.of(), 0, true, false));
        return this;
    }

    /// There is no such name.
    ScriptedDns forgets(String name) {
        zones.remove(name);
        return this;
    }

    private void serveUdp() {
        byte[] bytes = new byte[MAX_BYTES];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                udp.receive(packet);
                byte[] answer = answer(Arrays.copyOf(bytes, packet.getLength()), false);
                udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (SocketException _) {
            // Closed.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket socket = tcp.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] question = new byte[in.readUnsignedShort()];
                in.readFully(question);
                byte[] answer = answer(question, true);
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.writeShort(answer.length);
                out.write(answer);
                out.flush();
                // Until the client has read it.
                in.read();
            } catch (IOException _) {
                // The next one.
            }
        }
    }

    private byte[] answer(byte[] question, boolean whole) throws IOException {
        StringBuilder name = new StringBuilder();
        int at = HEADER;
        while (question[at] != 0) {
            int length = question[at];
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(question, at + 1, length, StandardCharsets.US_ASCII));
            at += 1 + length;
        }
        int type = question[at + 2] & 0xff;
        int end = at + 5;
        Zone zone = zones.get(name.toString().toLowerCase(Locale.ROOT));
        List<byte[]> found = new ArrayList<>();
        boolean cut = zone != null && zone.large() && !whole;
        for (String address : zone == null || cut ? List.<String>of() : zone.addresses()) {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            if ((bytes.length == 16) == (type == AAAA)) {
                found.add(bytes);
            }
        }
        int code = zone == null ? NO_SUCH_NAME : zone.fails() ? SERVER_FAILURE : 0;
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
        out.put(question, 0, 2).putShort((short) (0x8180 | (cut ? 0x0200 : 0) | code));
        out.putShort((short) 1).putShort((short) found.size()).putInt(0);
        out.put(question, HEADER, end - HEADER);
        for (byte[] bytes : found) {
            out.putShort((short) (0xc000 | HEADER)).putShort((short) type).putShort((short) 1);
            out.putInt(zone == null ? 0 : zone.ttlSeconds()).putShort((short) bytes.length);
            out.put(bytes);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
