package io.meltemi.proxy.filter.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameCounterTest {
    /// However the bytes come, three messages are three: of 2, 0 and 300 bytes.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5, 6, 7, 11, 13, 1000})
    void messagesAreCountedWhereverPiecesEnd(int piece) {
        ByteBuf body = Unpooled.buffer();
        for (int length : new int[] {2, 0, 300}) {
            body.writeByte(0).writeInt(length).writeBytes(new byte[length]);
        }
        FrameCounter counter = new FrameCounter();
        int counted = 0;

        while (body.isReadable()) {
            counted += counter.count(body.readSlice(Math.min(piece, body.readableBytes())));
        }

        assertThat(counted).isEqualTo(3);
    }
}
