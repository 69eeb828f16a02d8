package io.meltemi.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HappyEyeballsTest {
    private static final InetSocketAddress ONE = InetSocketAddress.createUnresolved("one", 1);
    private static final InetSocketAddress TWO = InetSocketAddress.createUnresolved("two", 1);
    private static final InetSocketAddress THREE = InetSocketAddress.createUnresolved("three", 1);

    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final Map<SocketAddress, Connector.Outcome> dialled = new LinkedHashMap<>();
    private final Map<SocketAddress, EmbeddedChannel> channels = new LinkedHashMap<>();
    private final List<String> results = new ArrayList<>();

    @BeforeEach
    void start() {
        clock.freezeTime();
        new HappyEyeballs(
                        clock.eventLoop(), List.of(ONE, TWO, THREE), 1_000, this::dial, new Told())
                .start();
    }

    @Test
    void theNextAddressIsTriedWhenOneFails() {
        fail(ONE);

        assertThat(dialled).containsOnlyKeys(ONE, TWO);
    }

    @Test
    void theNextAddressIsTriedAfter300Milliseconds() {
        advance(299);
        assertThat(dialled).containsOnlyKeys(ONE);

        advance(1);
        assertThat(dialled).containsOnlyKeys(ONE, TWO);
    }

    @Test
    void afterAFailureTheNextButOneWaitsAnew() {
        advance(200);
        fail(ONE);
        advance(299);
        assertThat(dialled).containsOnlyKeys(ONE, TWO);

        advance(1);
        assertThat(dialled).containsOnlyKeys(ONE, TWO, THREE);
    }

    @Test
    void theFirstThatAnswersIsUsedAndTheOthersAreGivenUp() {
        advance(300);

        connect(TWO);

        assertThat(results).containsExactly("connected to two");
        assertThat(channel(ONE).isOpen()).isFalse();
        assertThat(channel(TWO).isOpen()).isTrue();
        advance(5_000);
        assertThat(dialled).containsOnlyKeys(ONE, TWO);
        assertThat(results).hasSize(1);
    }

    @Test
    void whoAnswersTooLateIsClosed() {
        advance(300);
        connect(TWO);

        connect(ONE);

        assertThat(channel(ONE).isOpen()).isFalse();
        assertThat(results).containsExactly("connected to two");
    }

    @Test
    void itFailsWhenTheLastOneDoes() {
        advance(300);
        advance(300);
        fail(THREE);
        fail(ONE);
        assertThat(results).isEmpty();

        fail(TWO);

        assertThat(results).containsExactly("two refuses CONNECT");
    }

    @Test
    void theTimeoutIsForAllTogether() {
        advance(999);
        assertThat(results).isEmpty();

        advance(1);

        assertThat(results).containsExactly("connection timed out after 1000 ms CONNECT_TIMEOUT");
        assertThat(channels.values()).noneMatch(Channel::isOpen);
    }

    private @Nullable Channel dial(SocketAddress address, Connector.Outcome outcome) {
        dialled.put(address, outcome);
        EmbeddedChannel channel = new EmbeddedChannel();
        channels.put(address, channel);
        return channel;
    }

    private void advance(long millis) {
        clock.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        clock.runScheduledPendingTasks();
    }

    private EmbeddedChannel channel(SocketAddress address) {
        return Objects.requireNonNull(channels.get(address), address + " was not dialled");
    }

    private void fail(InetSocketAddress address) {
        outcome(address).failed(address.getHostString() + " refuses", StreamFailure.CONNECT);
    }

    private void connect(InetSocketAddress address) {
        outcome(address).connected(channel(address), null);
    }

    private Connector.Outcome outcome(InetSocketAddress address) {
        return Objects.requireNonNull(dialled.get(address), address + " was not dialled");
    }

    /// Hears how it went.
    private final class Told implements Connector.Outcome {
        @Override
        public void connected(Channel channel, @Nullable String alpn) {
            channels.forEach((address, its) -> {
                if (its.equals(channel)) {
                    results.add("connected to " + ((InetSocketAddress) address).getHostString());
                }
            });
        }

        @Override
        public void failed(String reason, StreamFailure kind) {
            results.add(reason + " " + kind);
        }
    }
}
