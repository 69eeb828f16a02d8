package io.meltemi.proxy.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.fuzz.Fuzzing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever comes first on a connection, the PROXY header is found, refused or waited for, and more
/// bytes do not take a decision back.
final class ProxyProtocolFuzzTest {
    /// The longest header there is: 16 bytes and what a length of 16 bits says.
    private static final int LONGEST = 16 + 0xFFFF;

    @Test
    void headersAreReadAndLeftAlone() throws IOException {
        Fuzzing.run(
                "PROXY header",
                Fuzzing.corpus("/fuzz/proxy-protocol.txt"),
                ProxyProtocolFuzzTest::check);
    }

    private static void check(byte[] input, Random random) {
        ByteBuf bytes = Unpooled.wrappedBuffer(input);
        bytes.writerIndex(random.nextInt(input.length + 1));
        ProxyProtocolHeader.Result early = ProxyProtocolHeader.parse(bytes);
        int seen = bytes.readableBytes();
        bytes.writerIndex(input.length);
        ProxyProtocolHeader.Result late = ProxyProtocolHeader.parse(bytes);

        assertThat(bytes.readerIndex()).isZero();
        switch (early) {
            case ProxyProtocolHeader.NeedMore _ -> assertThat(seen).isLessThanOrEqualTo(LONGEST);
            case ProxyProtocolHeader.Found found -> {
                assertThat(found.length()).isBetween(1, seen);
                assertThat(late).isEqualTo(found);
            }
            case ProxyProtocolHeader.None _, ProxyProtocolHeader.Wrong _ ->
                    assertThat(late).isEqualTo(early);
        }
    }
}
