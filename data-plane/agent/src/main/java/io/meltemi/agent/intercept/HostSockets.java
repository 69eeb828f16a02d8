package io.meltemi.agent.intercept;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Listening sockets of the host, bound by the launcher and passed into the holder. Thread-safe.
///
/// A socket belongs to the network namespace it was made in, whoever accepts from it: so a browser
/// on the host reaches a gateway in a pod without a relay.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: a failed write or close ends the channel.
public final class HostSockets implements AutoCloseable {
    /// Linux's EADDRINUSE, as Netty has it: negative.
    private static final int IN_USE = -98;

    private final List<Channel> listeners = new ArrayList<>();
    private final Path door;
    private final EventLoopGroup loop;

    private HostSockets(Path door, EventLoopGroup loop) {
        this.door = door;
        this.loop = loop;
    }

    /// Binds the addresses and offers them, in this order, to the first who asks in the run folder.
    ///
    /// @throws IOException naming the address that is taken
    public static HostSockets bind(
            RunFolder run, EventLoopGroup loop, List<InetSocketAddress> addresses)
            throws IOException {
        return bind(run.make().hostSocket(), loop, addresses);
    }

    /// Binds the addresses and offers them, in this order, to the first who asks.
    ///
    /// @param door the socket where they are offered, in the run folder
    /// @throws IOException naming the address that is taken
    public static HostSockets bind(
            Path door, EventLoopGroup loop, List<InetSocketAddress> addresses) throws IOException {
        HostSockets sockets = new HostSockets(door, loop);
        try {
            for (InetSocketAddress address : addresses) {
                sockets.listeners.add(sockets.listen(address));
            }
            sockets.offer();
            return sockets;
        } catch (IOException e) {
            sockets.close();
            throw e;
        }
    }

    /// The addresses bound, with their ports decided.
    public List<InetSocketAddress> addresses() {
        return listeners.stream()
                .filter(EpollServerSocketChannel.class::isInstance)
                .map(l -> (InetSocketAddress) l.localAddress())
                .toList();
    }

    /// AUTO_READ off: the launcher must never accept a connection itself.
    private Channel listen(InetSocketAddress address) throws IOException {
        ServerBootstrap server =
                new ServerBootstrap()
                        .group(loop)
                        .channel(EpollServerSocketChannel.class)
                        .option(ChannelOption.AUTO_READ, false)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, 1024)
                        .childHandler(new ChannelInboundHandlerAdapter());
        return await(
                server.bind(address),
                address.getAddress().getHostAddress() + ":" + address.getPort());
    }

    private void offer() throws IOException {
        Files.deleteIfExists(door);
        ServerBootstrap server =
                new ServerBootstrap()
                        .group(loop)
                        .channel(EpollServerDomainSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<DomainSocketChannel>() {
                                    @Override
                                    protected void initChannel(DomainSocketChannel peer) {
                                        peer.pipeline().addLast(new Giver());
                                    }
                                });
        Channel offering =
                await(server.bind(new DomainSocketAddress(door.toString())), door.toString());
        listeners.addLast(offering);
    }

    private static Channel await(io.netty.channel.ChannelFuture binding, String what)
            throws IOException {
        binding.awaitUninterruptibly();
        if (binding.isSuccess()) {
            return binding.channel();
        }
        Throwable cause = binding.cause();
        if (cause instanceof Errors.NativeIoException failed && failed.expectedErr() == IN_USE) {
            throw new IOException(
                    what
                            + " is in use: stop the program that listens there ('ss -ltnp' names"
                            + " it), or choose another port with --port");
        }
        throw new IOException("listening on " + what + ": " + cause.getMessage(), cause);
    }

    @Override
    public void close() throws IOException {
        for (Channel listener : listeners) {
            listener.close().awaitUninterruptibly();
        }
        Files.deleteIfExists(door);
    }

    /// Gives all sockets to one peer and closes the door behind it. Confined to its event loop.
    private final class Giver extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) throws IOException {
            // Unlinked at once: a killed process cannot do it later.
            Files.deleteIfExists(door);
            for (Channel listener : listeners) {
                if (listener instanceof EpollServerSocketChannel socket) {
                    ctx.write(socket.fd());
                }
            }
            ctx.flush();
        }

        /// The peer has them all and hangs up: from now on its copies are the only ones, so that
        /// the ports are free again when it dies.
        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            listeners.forEach(Channel::close);
        }
    }
}
