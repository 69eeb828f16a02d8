package io.meltemi.agent.dns;

import io.meltemi.agent.intercept.MeshPorts;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Passes foreign questions on to the host's resolvers, as bytes. Confined to its event loop.
///
/// Each resolver gets its share of the time, in order, until one answers.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: a failed write or close ends the channel.
final class DnsForwarder {
    /// More waiting questions than this and the next one fails at once.
    static final int PENDING_LIMIT = 256;

    /// Istio's agent waits as long for an upstream.
    static final long TIMEOUT_MILLIS = 5000;

    private static final int SOL_SOCKET = 1;
    private static final int SO_MARK = 36;

    private final EventLoop loop;
    private final Upstreams upstreams;
    private final boolean marked;
    private final Map<Integer, Pending> pending = new HashMap<>();
    private @Nullable Channel channel;

    /// @param marked whether the socket must pass the pod's own rules
    DnsForwarder(EventLoop loop, Upstreams upstreams, boolean marked) {
        this.loop = loop;
        this.upstreams = upstreams;
        this.marked = marked;
    }

    /// Gets the resolver's answer under the question's own id, or nothing. Called once, on the
    /// loop.
    interface Receiver {
        /// @param answer not to be kept after the call
        void answered(ByteBuf answer);

        void failed();
    }

    private final class Pending {
        private final int originalId;
        private final ByteBuf question;
        private final Receiver receiver;
        private int tried;

        Pending(int originalId, ByteBuf question, Receiver receiver) {
            this.originalId = originalId;
            this.question = question;
            this.receiver = receiver;
        }

        private void tryNext(int id) {
            if (pending.get(id) != this) {
                return;
            }
            if (tried == upstreams.servers().size()) {
                end(id);
                receiver.failed();
                return;
            }
            InetSocketAddress server = upstreams.servers().get(tried++);
            long share = TIMEOUT_MILLIS / upstreams.servers().size();
            var timeout = loop.schedule(() -> tryNext(id), share, TimeUnit.MILLISECONDS);
            ByteBuf copy = question.copy().setShort(0, id);
            open().writeAndFlush(new DatagramPacket(copy, server))
                    .addListener(sent -> {
                        // No route to it: the next one need not wait for the time to pass.
                        if (!sent.isSuccess() && timeout.cancel(false)) {
                            tryNext(id);
                        }
                    });
        }

        private void end(int id) {
            pending.remove(id);
            question.release();
        }
    }

    /// Without resolvers nothing foreign exists.
    boolean hasNowhereToGo() {
        return upstreams.servers().isEmpty();
    }

    /// Asks for `question`, which stays the caller's.
    void ask(ByteBuf question, Receiver receiver) {
        if (upstreams.servers().isEmpty() || pending.size() >= PENDING_LIMIT) {
            receiver.failed();
            return;
        }
        // An id of our own, hard to guess: replies of others' making must not match.
        int id = ThreadLocalRandom.current().nextInt(0x10000);
        while (pending.containsKey(id)) {
            id = (id + 1) & 0xffff;
        }
        Pending one =
                new Pending(
                        question.getUnsignedShort(question.readerIndex()),
                        question.copy(),
                        receiver);
        pending.put(id, one);
        one.tryNext(id);
    }

    private Channel open() {
        if (channel == null) {
            Bootstrap bootstrap =
                    new Bootstrap()
                            .group(loop)
                            .channel(EpollDatagramChannel.class)
                            .handler(new Replies());
            if (marked) {
                bootstrap.option(
                        new IntegerUnixChannelOption("SO_MARK", SOL_SOCKET, SO_MARK),
                        MeshPorts.SOCKET_MARK);
            }
            channel = bootstrap.register().channel();
            var _ = channel.bind(new InetSocketAddress("0.0.0.0", 0));
        }
        return channel;
    }

    void close() {
        if (channel != null) {
            var _ = channel.close();
        }
        Map.copyOf(pending)
                .forEach((id, one) -> {
                    one.end(id);
                    one.receiver.failed();
                });
    }

    private final class Replies extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
            ByteBuf answer = packet.content();
            if (answer.readableBytes() < DnsQuery.HEADER_BYTES
                    || !upstreams.servers().contains(packet.sender())) {
                return;
            }
            int id = answer.getUnsignedShort(answer.readerIndex());
            Pending one = pending.get(id);
            if (one != null) {
                one.end(id);
                answer.setShort(answer.readerIndex(), one.originalId);
                one.receiver.answered(answer);
            }
        }

        /// An ICMP error of an earlier datagram: the next resolver's turn comes by time.
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
    }
}
