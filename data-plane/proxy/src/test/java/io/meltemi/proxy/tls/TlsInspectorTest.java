package io.meltemi.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsInspectorTest {
    private final Heard heard = new Heard();
    private final EmbeddedChannel channel = new EmbeddedChannel(new TlsInspector(0, heard));

    @Test
    void helloInOnePieceIsReadAndPassedOn() throws SSLException {
        byte[] hello = clientHello("shop.test", "h2", "http/1.1");

        channel.writeInbound(Unpooled.wrappedBuffer(hello));

        assertThat(heard.hellos)
                .containsExactly(new ClientHello(true, "shop.test", List.of("h2", "http/1.1")));
        assertThat(passedOn()).isEqualTo(hello);
        assertThat(channel.pipeline().get(TlsInspector.class)).isNull();
    }

    @Test
    void helloByteByByteIsReadOnceAndPassedOnWhole() throws SSLException {
        byte[] hello = clientHello("shop.test", "istio-h2");

        for (int i = 0; i < hello.length; i++) {
            assertThat(heard.hellos).as("after %d bytes", i).isEmpty();
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {hello[i]}));
        }

        assertThat(heard.hellos)
                .containsExactly(new ClientHello(true, "shop.test", List.of("istio-h2")));
        assertThat(passedOn()).isEqualTo(hello);
    }

    @Test
    void helloOverSeveralRecordsIsReadAndPassedOn() throws SSLException {
        byte[] split = inRecordsOf(20, clientHello("shop.test", "h2"));

        channel.writeInbound(Unpooled.wrappedBuffer(split));

        assertThat(heard.hellos).containsExactly(new ClientHello(true, "shop.test", List.of("h2")));
        assertThat(passedOn()).isEqualTo(split);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "P", "\n", "\u0016\u0009\u0000\u0000"})
    void otherBytesAreRaw(String bytes) {
        byte[] raw = bytes.getBytes(StandardCharsets.ISO_8859_1);

        channel.writeInbound(Unpooled.wrappedBuffer(raw));

        assertThat(heard.hellos).containsExactly(ClientHello.RAW_BUFFER);
        assertThat(passedOn()).isEqualTo(raw);
    }

    @Test
    void helloThatClaimsToBeLongIsGivenUpAtOnce() {
        byte[] claim = {22, 3, 1, 0x40, 0, 1, 0, (byte) 0xff, (byte) 0xff};

        channel.writeInbound(Unpooled.wrappedBuffer(claim));

        assertThat(heard.reasons)
                .containsExactly("client hello is longer than 16 KiB or 64 records");
    }

    @Test
    void tinyRecordsWithoutEndAreGivenUp() {
        byte[] first = {22, 3, 1, 0, 4, 1, 0, 0x3f, 0x00};
        channel.writeInbound(Unpooled.wrappedBuffer(first));
        byte[] tiny = {22, 3, 1, 0, 1, 0};

        int records = 1;
        while (heard.reasons.isEmpty() && records < 1000) {
            channel.writeInbound(Unpooled.wrappedBuffer(tiny));
            records++;
        }

        assertThat(records).isEqualTo(64);
        assertThat(heard.hellos).isEmpty();
        channel.finishAndReleaseAll();
    }

    @Test
    void brokenHellosNeverBreakTheInspector() throws SSLException {
        Random random = new Random(7);
        byte[] hello = clientHello("shop.test", "h2");
        for (int round = 0; round < 20_000; round++) {
            byte[] broken = hello.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }
            int length = 1 + random.nextInt(broken.length);
            ByteBuf bytes = Unpooled.wrappedBuffer(Arrays.copyOf(broken, length));

            assertThat(ClientHelloParser.parse(bytes)).as("seed 7, round %d", round).isNotNull();
            assertThat(bytes.readerIndex()).isZero();
        }
    }

    @Test
    void silenceIsGivenUpAfterTheTimeout() {
        EmbeddedChannel slow = new EmbeddedChannel(new TlsInspector(15_000, heard));
        slow.writeInbound(Unpooled.wrappedBuffer(new byte[] {22}));

        slow.advanceTimeBy(14_999, TimeUnit.MILLISECONDS);
        slow.runScheduledPendingTasks();
        assertThat(heard.reasons).isEmpty();
        slow.advanceTimeBy(2, TimeUnit.MILLISECONDS);
        slow.runScheduledPendingTasks();

        assertThat(heard.reasons).containsExactly("no decision after 15000 ms");
        // Left open, it goes on with the bytes that came.
        assertThat(ByteBufUtil.getBytes(releaseLater(slow.readInbound()))).containsExactly(22);
        slow.finishAndReleaseAll();
    }

    private static ByteBuf releaseLater(ByteBuf bytes) {
        byte[] copy = ByteBufUtil.getBytes(bytes);
        bytes.release();
        return Unpooled.wrappedBuffer(copy);
    }

    private byte[] passedOn() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
            all.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(all);
    }

    /// What the JDK's own client sends first.
    private static byte[] clientHello(String serverName, String... protocols) throws SSLException {
        SslContext context = SslContextBuilder.forClient().sslProvider(SslProvider.JDK).build();
        SSLEngine engine = context.newEngine(Unpooled.EMPTY_BUFFER.alloc(), serverName, 443);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        engine.setSSLParameters(parameters);
        java.nio.ByteBuffer out =
                java.nio.ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(java.nio.ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static byte[] inRecordsOf(int size, byte[] record) {
        ByteBuf out = Unpooled.buffer();
        for (int at = 5; at < record.length; at += size) {
            int part = Math.min(size, record.length - at);
            out.writeByte(22).writeShort(0x0301).writeShort(part).writeBytes(record, at, part);
        }
        return ByteBufUtil.getBytes(out);
    }

    private static final class Heard implements TlsInspector.Listener {
        final List<ClientHello> hellos = new ArrayList<>();
        final List<String> reasons = new ArrayList<>();

        @Override
        public void onClientHello(ChannelHandlerContext ctx, ClientHello hello) {
            hellos.add(hello);
        }

        @Override
        public void onGivenUp(ChannelHandlerContext ctx, String reason) {
            reasons.add(reason);
        }
    }
}
