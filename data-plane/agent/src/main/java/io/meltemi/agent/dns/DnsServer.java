package io.meltemi.agent.dns;

import io.meltemi.agent.dns.NameTable.Resolution;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Answers a pod's names on UDP and TCP, where the rules redirect port 53. Thread-safe: sockets
/// live on the pod's event loop, the table is swapped whole.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: a failed write or close ends the channel.
public final class DnsServer implements AutoCloseable {
    private static final int MESSAGE_LIMIT = 0xffff;
    private static final int TCP_CONNECTIONS_LIMIT = 64;
    private static final int TCP_IDLE_SECONDS = 10;

    private final EventLoop loop;
    private final String namespace;
    private final DnsForwarder forwarder;
    private volatile NameTable table = NameTable.EMPTY;
    private volatile List<Channel> channels = List.of();
    private int tcpConnections; // Confined to the loop.

    /// @param loop whose thread is in the pod already
    /// @param namespace whose short names are answered
    /// @param marked whether forwarded questions must pass the pod's own rules
    public DnsServer(EventLoop loop, String namespace, Upstreams upstreams, boolean marked) {
        this.loop = loop;
        this.namespace = namespace;
        this.forwarder = new DnsForwarder(loop, upstreams, marked);
    }

    /// A port that is free for UDP may be taken for TCP: with port 0 another pair is tried.
    private static final int ATTEMPTS = 20;

    /// Listens; returns when it does. Not to be called on the loop.
    ///
    /// @return the address bound, the same for UDP and TCP
    public InetSocketAddress start(InetSocketAddress address) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return startPair(address);
            } catch (IOException e) {
                closeChannels();
                if (address.getPort() != 0 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private InetSocketAddress startPair(InetSocketAddress address) throws IOException {
        Channel udp =
                bound(
                        new Bootstrap()
                                .group(loop)
                                .channel(EpollDatagramChannel.class)
                                .handler(new Datagrams()),
                        address);
        InetSocketAddress decided = (InetSocketAddress) udp.localAddress();
        channels = List.of(udp);
        Channel tcp = listen(decided);
        channels = List.of(udp, tcp);
        return decided;
    }

    /// Netty makes a channel on the thread that calls bind, and a socket belongs to its maker's
    /// namespace: so the call is made on the loop.
    private Channel bound(Bootstrap bootstrap, InetSocketAddress address) throws IOException {
        return done(onLoop(() -> bootstrap.bind(address)), address);
    }

    private Channel listen(InetSocketAddress address) throws IOException {
        ServerBootstrap server =
                new ServerBootstrap()
                        .group(loop)
                        .channel(EpollServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<EpollSocketChannel>() {
                                    @Override
                                    protected void initChannel(EpollSocketChannel client) {
                                        accept(client);
                                    }
                                });
        return done(onLoop(() -> server.bind(address)), address);
    }

    private ChannelFuture onLoop(Supplier<ChannelFuture> binding) {
        return CompletableFuture.supplyAsync(binding, loop).join();
    }

    private static Channel done(ChannelFuture binding, InetSocketAddress address)
            throws IOException {
        binding.awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException("DNS on " + address + ": " + binding.cause().getMessage());
        }
        return binding.channel();
    }

    private void accept(EpollSocketChannel client) {
        if (tcpConnections == TCP_CONNECTIONS_LIMIT) {
            client.close();
            return;
        }
        tcpConnections++;
        client.closeFuture().addListener(_ -> tcpConnections--);
        client.pipeline()
                .addLast(
                        new ReadTimeoutHandler(TCP_IDLE_SECONDS),
                        new LengthFieldBasedFrameDecoder(MESSAGE_LIMIT + 2, 0, 2, 0, 2),
                        new LengthFieldPrepender(2),
                        new Messages());
    }

    /// From now on these names hold.
    public void update(NameTable names) {
        table = names;
    }

    /// Answers into `reply`, now or when a resolver of the host has spoken.
    ///
    /// @param message not to be kept
    /// @param reply takes over the answer's buffer; not called for what is no question
    private void answer(
            ChannelHandlerContext ctx, ByteBuf message, int limitBytes, Consumer<ByteBuf> reply) {
        DnsQuery query = DnsQuery.read(message).orElse(null);
        if (query == null) {
            return;
        }
        switch (table.resolve(query.name(), namespace)) {
            case Resolution.Known(var addresses) -> {
                // Known names have A records only; an empty NOERROR says so for every other type.
                boolean asksForA =
                        query.type() == DnsQuery.TYPE_A && query.clazz() == DnsQuery.CLASS_IN;
                ByteBuf out = ctx.alloc().buffer();
                DnsAnswer.write(
                        out,
                        message,
                        query,
                        DnsAnswer.Code.NOERROR,
                        asksForA ? addresses : List.of(),
                        limitBytes);
                reply.accept(out);
            }
            case Resolution.Unknown _ ->
                    reply.accept(refusal(ctx, message, query, DnsAnswer.Code.NXDOMAIN));
            case Resolution.Foreign _ -> forward(ctx, message, query, reply);
        }
    }

    private static ByteBuf refusal(
            ChannelHandlerContext ctx, ByteBuf message, DnsQuery query, DnsAnswer.Code code) {
        ByteBuf out = ctx.alloc().buffer();
        DnsAnswer.write(out, message, query, code, List.of(), DnsAnswer.UDP_LIMIT_BYTES);
        return out;
    }

    private void forward(
            ChannelHandlerContext ctx, ByteBuf message, DnsQuery query, Consumer<ByteBuf> reply) {
        if (forwarder.hasNowhereToGo()) {
            reply.accept(refusal(ctx, message, query, DnsAnswer.Code.NXDOMAIN));
            return;
        }
        ByteBuf failure = refusal(ctx, message, query, DnsAnswer.Code.SERVFAIL);
        forwarder.ask(
                message,
                new DnsForwarder.Receiver() {
                    @Override
                    public void answered(ByteBuf answer) {
                        failure.release();
                        reply.accept(answer.retainedSlice());
                    }

                    @Override
                    public void failed() {
                        reply.accept(failure);
                    }
                });
    }

    @Override
    public void close() {
        closeChannels();
        loop.execute(forwarder::close);
    }

    private void closeChannels() {
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
        channels = List.of();
    }

    private final class Datagrams extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
            InetSocketAddress sender = packet.sender();
            answer(
                    ctx,
                    packet.content(),
                    DnsAnswer.UDP_LIMIT_BYTES,
                    out -> ctx.writeAndFlush(new DatagramPacket(out, sender)));
        }

        /// A client that is gone; the socket serves the others.
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
    }

    private final class Messages extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf message) {
            answer(ctx, message, MESSAGE_LIMIT, ctx::writeAndFlush);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
