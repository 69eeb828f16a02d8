package io.meltemi.proxy.health;

import io.envoyproxy.envoy.data.core.v3.HealthCheckFailureType;
import io.meltemi.proxy.loop.ConnectionFaults;
import io.meltemi.proxy.upstream.Connector;
import io.meltemi.proxy.upstream.StreamFailure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/// Asks an endpoint with a connection, and with bytes over it. Confined to its event loop.
@SuppressWarnings("FutureReturnValueIgnored") // failed writes end in channelInactive
final class TcpProbe implements Probe {
    /// What came is looked through again with every piece: more is taken for the wrong answer.
    private static final int MOST_BYTES = 64 * 1024;

    private final ProbeTarget target;
    private final Probing.Tcp probing;
    private final Verdicts verdicts;
    private @Nullable Talk talk;

    TcpProbe(ProbeTarget target, Probing.Tcp probing, Verdicts verdicts) {
        this.target = target;
        this.probing = probing;
        this.verdicts = verdicts;
    }

    @Override
    public void start() {
        Talk known = talk;
        if (known != null) {
            known.ask();
            return;
        }
        Talk made = new Talk();
        talk = made;
        target.connect(made);
    }

    @Override
    public void giveUp() {
        end();
    }

    @Override
    public void close() {
        end();
    }

    /// What happens on the connection from now on is nobody's business.
    private void end() {
        Talk known = talk;
        talk = null;
        if (known != null && known.channel != null) {
            known.channel.close();
        }
    }

    /// One connection and what is said over it. Confined to its event loop.
    private final class Talk extends ChannelInboundHandlerAdapter implements Connector.Outcome {
        private final ByteArrayOutputStream came = new ByteArrayOutputStream();
        private @Nullable Channel channel;

        @Override
        public void connected(Channel opened, @Nullable String alpn) {
            if (talk != this) {
                opened.close();
                return;
            }
            channel = opened;
            if (probing.receive().isEmpty()) {
                end();
                verdicts.passed(false);
                return;
            }
            opened.pipeline().addLast(this);
            ask();
        }

        @Override
        public void failed(String reason, StreamFailure kind) {
            broke();
        }

        void ask() {
            Channel open = channel;
            if (open != null && !probing.send().isEmpty()) {
                open.writeAndFlush(Unpooled.wrappedBuffer(probing.send().asReadOnlyByteBuffer()));
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.readBytes(copy);
            bytes.release();
            if (talk != this) {
                return;
            }
            came.writeBytes(copy);
            if (Payloads.contains(came.toByteArray(), probing.receive())) {
                came.reset();
                if (!target.settings().reusesConnection()) {
                    end();
                }
                verdicts.passed(false);
            } else if (came.size() > MOST_BYTES) {
                broke();
            }
        }

        /// Envoy: also between two checks this is a failure.
        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            broke();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ConnectionFaults.close(ctx, cause);
        }

        private void broke() {
            if (talk == this) {
                end();
                verdicts.failed(HealthCheckFailureType.NETWORK, false, 0);
            }
        }
    }
}
