package io.meltemi.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
@SuppressWarnings("NullAway.Init") // JUnit calls start() first.
class DnsServerTest {
    private static final int A = 1;
    private static final int AAAA = 28;
    private static final Inet4Address INVOICE = (Inet4Address) InetAddress.ofLiteral("240.240.0.3");

    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private DnsServer server;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws IOException {
        server = new DnsServer(loop.next(), "shop", Upstreams.NONE, false);
        address = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.update(
                new NameTable(
                        Map.of(
                                "invoice.shop.svc.cluster.local",
                                List.of(INVOICE),
                                "*.example.org",
                                List.of(INVOICE),
                                "many.shop.svc.cluster.local",
                                Collections.nCopies(100, INVOICE))));
    }

    @AfterEach
    void end() {
        server.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /// What matters of an answer.
    record Answer(int code, boolean truncated, int records) {}

    private static byte[] question(String name, int type) {
        ByteBuffer message = ByteBuffer.allocate(512);
        message.putShort((short) 77).putShort((short) 0x0100).putShort((short) 1);
        message.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        for (String label : name.split("\\.", -1)) {
            message.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        message.put((byte) 0).putShort((short) type).putShort((short) 1);
        byte[] bytes = new byte[message.position()];
        message.flip().get(bytes);
        return bytes;
    }

    private static Answer read(byte[] bytes) {
        ByteBuffer message = ByteBuffer.wrap(bytes);
        assertThat(message.getShort()).isEqualTo((short) 77);
        int flags = message.getShort();
        assertThat(flags & 0x8000).isNotZero();
        message.getShort();
        return new Answer(flags & 15, (flags & 0x0200) != 0, message.getShort());
    }

    private Answer udp(byte[] question) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(5000);
            socket.send(new DatagramPacket(question, question.length, address));
            DatagramPacket answer = new DatagramPacket(new byte[4096], 4096);
            socket.receive(answer);
            byte[] bytes = new byte[answer.getLength()];
            ByteBuffer.wrap(answer.getData()).get(bytes);
            return read(bytes);
        }
    }

    private Answer tcp(byte[] question) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(question.length);
            out.write(question);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            return read(answer);
        }
    }

    @Test
    void aNameOfTheMeshHasItsAddressInEveryForm() throws IOException {
        for (String name :
                List.of(
                        "invoice",
                        "INVOICE.shop",
                        "invoice.shop.svc.cluster.local",
                        "a.b.example.org")) {
            assertThat(udp(question(name, A))).as(name).isEqualTo(new Answer(0, false, 1));
        }
    }

    @Test
    void aKnownNameWithoutIpv6ExistsAllTheSame() throws IOException {
        assertThat(udp(question("invoice", AAAA))).isEqualTo(new Answer(0, false, 0));
    }

    @Test
    void anUnknownNameOfTheMeshDoesNotExist() throws IOException {
        assertThat(udp(question("nosuch.shop.svc.cluster.local", A)))
                .isEqualTo(new Answer(3, false, 0));
    }

    @Test
    void whatIsTooLongForUdpComesWholeOverTcp() throws IOException {
        Answer overUdp = udp(question("many", A));

        assertThat(overUdp.truncated()).isTrue();
        assertThat(overUdp.records()).isLessThan(100);
        assertThat(tcp(question("many", A))).isEqualTo(new Answer(0, false, 100));
    }

    @Test
    void garbageIsNotAnsweredAndHarmsNobody() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            for (byte[] garbage :
                    List.of(
                            new byte[0],
                            new byte[12],
                            new byte[] {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, (byte) 0xc0, 12},
                            new byte[] {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63, 'a'})) {
                socket.send(new DatagramPacket(garbage, garbage.length, address));
            }
        }

        assertThat(udp(question("invoice", A))).isEqualTo(new Answer(0, false, 1));
    }
}
