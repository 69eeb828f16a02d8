package io.meltemi.proxy.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TransportTest {
    @ParameterizedTest
    @EnumSource
    void aLoopKnowsItsTransport(Transport transport) {
        assumeTrue(transport.isAvailable(), transport + " is not offered here");
        try (var loops = new MultiThreadIoEventLoopGroup(1, transport.handlers())) {
            assertThat(Transport.of(loops.next())).isEqualTo(transport);
            assertThat(Transport.choose(transport.text())).isEqualTo(transport);
        }
    }

    @Test
    void aNameThatIsNoneIsAnsweredWithThoseThatAre() {
        assertThatThrownBy(() -> Transport.choose("kqueue"))
                .hasMessage("is 'kqueue': use auto, io_uring, epoll or nio");
    }
}
