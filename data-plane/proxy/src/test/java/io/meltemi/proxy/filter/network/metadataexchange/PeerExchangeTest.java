package io.meltemi.proxy.filter.network.metadataexchange;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.observe.PeerFound;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PeerExchangeTest {
    private final Map<String, Long> counts = new TreeMap<>();
    private final FilterStats stats = name -> amount -> counts.merge(name, amount, Long::sum);
    private final ExchangeSettings settings = settings("ratings-v1");
    private final List<PeerFound> found = new ArrayList<>();
    private final EmbeddedChannel channel =
            new EmbeddedChannel(
                    new PeerExchange(settings, _ -> true),
                    new ChannelInboundHandlerAdapter() {
                        @Override
                        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                            if (event instanceof PeerFound peer) {
                                found.add(peer);
                            }
                        }
                    });

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private ExchangeSettings settings(String workload) {
        return new ExchangeSettings(
                "istio-peer-exchange",
                Set.of(),
                FilterFixture.node(
                        "{\"id\": \"n\", \"metadata\": {\"WORKLOAD_NAME\": \"" + workload + "\"}}"),
                ExchangeCounts.of(stats));
    }

    private String received() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf each = channel.readInbound(); each != null; each = channel.readInbound()) {
            all.append(each.toString(StandardCharsets.US_ASCII));
            each.release();
        }
        return all.toString();
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    @Test
    void messageInPiecesIsTakenFromBeforeTheBytes() {
        byte[] sent = ByteBufUtil.getBytes(settings("cart-v1").own());

        for (byte each : sent) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {each}));
        }
        channel.writeInbound(text("hello"));

        assertThat(received()).isEqualTo("hello");
        assertThat(found)
                .singleElement()
                .extracting(peer -> requireNonNull(peer.peer()).workload())
                .isEqualTo("cart-v1");
        assertThat(channel.pipeline().get(PeerExchange.class)).isNull();
    }

    @Test
    void ownMetadataGoesBeforeTheFirstBytes() {
        channel.writeOutbound(text("hello"));

        ByteBuf first = channel.readOutbound();
        assertThat(first).isEqualTo(settings.own());
        first.release();
        ByteBuf second = channel.readOutbound();
        assertThat(second.toString(StandardCharsets.US_ASCII)).isEqualTo("hello");
        second.release();
    }

    @Test
    void whatDoesNotBeginWithTheMagicNumberIsTheApplications() {
        channel.writeInbound(text("GET / HTTP/1.1"));

        assertThat(received()).isEqualTo("GET / HTTP/1.1");
        assertThat(found).containsExactly(new PeerFound(null));
        assertThat(counts).containsEntry("metadata_exchange.initial_header_not_found", 1L);
    }

    @Test
    void messageThatCannotBeReadIsNobodys() {
        channel.writeInbound(
                Unpooled.buffer()
                        .writeInt(ExchangeSettings.MAGIC)
                        .writeInt(2)
                        .writeBytes(new byte[] {-1, -1})
                        .writeBytes(text("rest")));

        assertThat(received()).isEqualTo("rest");
        assertThat(found).containsExactly(new PeerFound(null));
        assertThat(counts).containsEntry("metadata_exchange.header_not_found", 1L);
    }

    @Test
    void tooLongAMessageEndsTheConnection() {
        channel.writeInbound(
                Unpooled.buffer().writeInt(ExchangeSettings.MAGIC).writeInt(64 * 1024 + 1));

        assertThat(channel.isOpen()).isFalse();
        assertThat(received()).isEmpty();
        assertThat(counts).containsEntry("metadata_exchange.header_not_found", 1L);
    }

    @Test
    void halfAMessageIsReleasedAtTheEnd() {
        ByteBuf half = settings("cart-v1").own().slice(0, 20);

        channel.writeInbound(half);
        var _ = channel.close();

        assertThat(received()).isEmpty();
        assertThat(found).isEmpty();
    }
}
