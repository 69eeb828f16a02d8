package io.meltemi.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.fuzz.Fuzzing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Whatever comes first on a connection, the inspector decides on it or waits.
final class ClientHelloFuzzTest {
    @Test
    void firstBytesAreInspectedAndLeftAlone() throws IOException {
        Fuzzing.run(
                "client hello",
                Fuzzing.corpus("/fuzz/hello.txt"),
                (input, random) -> {
                    ByteBuf bytes = Unpooled.wrappedBuffer(input);
                    bytes.writerIndex(random.nextInt(input.length + 1));
                    ClientHelloParser.parse(bytes);
                    bytes.writerIndex(input.length);
                    ClientHelloParser.parse(bytes);

                    assertThat(bytes.readerIndex()).isZero();
                });
    }
}
