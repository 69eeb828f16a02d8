package io.meltemi.proxy.dns;

import io.meltemi.proxy.cluster.ClusterSettings.Discovery.Family;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Asks name servers itself, which tell how long their answers hold. Thread-safe.
///
/// Envoy's `CaresDnsResolverConfig`: files of the system first, then servers, by UDP and where an
/// answer does not fit by TCP.
public final class ServerResolver implements Resolver {
    private static final int MAX_UDP_BYTES = 4096;

    private final Settings settings;
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger turn = new AtomicInteger();

    /// Whom to ask, and how. Immutable.
    ///
    /// @param servers none: the system's
    /// @param asFallback whether these are asked only where the system has none
    /// @param tcp whether every question goes by TCP
    /// @param searches whether short names are tried in the system's domains
    /// @param timeoutMillis how long a server has
    /// @param tries how often all are asked
    /// @param rotates whether each question begins with another server
    public record Settings(
            List<InetSocketAddress> servers,
            boolean asFallback,
            boolean tcp,
            boolean searches,
            int timeoutMillis,
            int tries,
            boolean rotates) {
        /// Envoy's defaults, with the system's servers.
        public static final Settings DEFAULT =
                new Settings(List.of(), false, false, true, 5000, 4, false);

        public Settings {
            servers = List.copyOf(servers);
        }
    }

    public ServerResolver(Settings settings) {
        this.settings = settings;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServerResolver that && settings.equals(that.settings);
    }

    @Override
    public int hashCode() {
        return settings.hashCode();
    }

    @Override
    public Answer resolve(String host, Family family) throws IOException {
        InetAddress literal = SystemServers.literal(host);
        List<InetAddress> known = literal == null ? SystemServers.hosts(host) : List.of(literal);
        if (!known.isEmpty()) {
            return new Answer(AddressFamilies.of(known.toArray(new InetAddress[0]), family), 0);
        }
        SystemServers system = SystemServers.read();
        boolean ofSystem =
                settings.servers().isEmpty()
                        || (settings.asFallback() && !system.servers().isEmpty());
        List<InetSocketAddress> servers = ofSystem ? system.servers() : settings.servers();
        if (servers.isEmpty()) {
            throw new IOException("no name server is configured");
        }
        for (String name : settings.searches() ? system.candidates(host) : List.of(host)) {
            Answer answer = ask(name, family, servers);
            if (!answer.addresses().isEmpty()) {
                return answer;
            }
        }
        return Answer.NOTHING;
    }

    private Answer ask(String name, Family family, List<InetSocketAddress> servers)
            throws IOException {
        return switch (family) {
            case V4_ONLY -> ask(name, DnsMessages.A, servers);
            case V6_ONLY -> ask(name, DnsMessages.AAAA, servers);
            case V4_PREFERRED -> either(name, DnsMessages.A, DnsMessages.AAAA, servers);
            case V6_PREFERRED -> either(name, DnsMessages.AAAA, DnsMessages.A, servers);
            case ALL -> {
                Answer six = ask(name, DnsMessages.AAAA, servers);
                Answer four = ask(name, DnsMessages.A, servers);
                List<InetAddress> all = new ArrayList<>(four.addresses());
                all.addAll(six.addresses());
                boolean both = !six.addresses().isEmpty() && !four.addresses().isEmpty();
                yield new Answer(
                        all,
                        both
                                ? Math.min(six.ttlSeconds(), four.ttlSeconds())
                                : Math.max(six.ttlSeconds(), four.ttlSeconds()));
            }
        };
    }

    private Answer either(String name, int first, int second, List<InetSocketAddress> servers)
            throws IOException {
        Answer answer = ask(name, first, servers);
        return answer.addresses().isEmpty() ? ask(name, second, servers) : answer;
    }

    private Answer ask(String name, int type, List<InetSocketAddress> servers) throws IOException {
        byte[] question = DnsMessages.question(random.nextInt(1 << 16), name, type);
        int begin = settings.rotates() ? turn.getAndIncrement() : 0;
        IOException last = new IOException("no server was asked");
        for (int i = 0; i < settings.tries() * servers.size(); i++) {
            InetSocketAddress server = servers.get(Math.floorMod(begin + i, servers.size()));
            try {
                DnsMessages.Response response = ask(server, question, type);
                if (response.code() == DnsMessages.NO_ERROR
                        || response.code() == DnsMessages.NO_SUCH_NAME) {
                    return new Answer(response.addresses(), response.ttlSeconds());
                }
                last = new IOException(server + " answers with code " + response.code());
            } catch (IOException e) {
                last = new IOException(server + ": " + e.getMessage(), e);
            }
        }
        throw last;
    }

    private DnsMessages.Response ask(InetSocketAddress server, byte[] question, int type)
            throws IOException {
        if (!settings.tcp()) {
            DnsMessages.Response response =
                    DnsMessages.read(byUdp(server, question), question, type);
            if (!response.truncated()) {
                return response;
            }
        }
        return DnsMessages.read(byTcp(server, question), question, type);
    }

    /// From a port of its own, so that nobody who cannot see the question can answer it.
    private ByteBuffer byUdp(InetSocketAddress server, byte[] question) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server);
            socket.send(new DatagramPacket(question, question.length));
            byte[] bytes = new byte[MAX_UDP_BYTES];
            long end = System.nanoTime() + settings.timeoutMillis() * 1_000_000L;
            while (true) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new IOException("no answer in " + settings.timeoutMillis() + " ms");
                }
                socket.setSoTimeout((int) left);
                DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                socket.receive(packet);
                ByteBuffer message = ByteBuffer.wrap(bytes, 0, packet.getLength());
                if (DnsMessages.answers(message, question)) {
                    return message;
                }
            }
        }
    }

    private ByteBuffer byTcp(InetSocketAddress server, byte[] question) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server, settings.timeoutMillis());
            socket.setSoTimeout(settings.timeoutMillis());
            byte[] framed =
                    ByteBuffer.allocate(2 + question.length)
                            .putShort((short) question.length)
                            .put(question)
                            .array();
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.write(framed);
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] bytes = new byte[in.readUnsignedShort()];
            in.readFully(bytes);
            ByteBuffer message = ByteBuffer.wrap(bytes);
            if (!DnsMessages.answers(message, question)) {
                throw new IOException("an answer to something else");
            }
            return message;
        }
    }
}
