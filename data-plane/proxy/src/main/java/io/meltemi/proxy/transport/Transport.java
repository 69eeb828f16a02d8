package io.meltemi.proxy.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.util.Locale;
import jdk.net.ExtendedSocketOptions;

/// What an event loop moves bytes with. All of them serve the same; only the native ones can set
/// any socket option, share a port among loops and ask for original destinations.
public enum Transport {
    IO_URING(
            IoUringIoHandler.class,
            IoUringSocketChannel.class,
            IoUringDomainSocketChannel.class,
            IoUringServerSocketChannel.class,
            IoUringServerDomainSocketChannel.class),
    EPOLL(
            EpollIoHandler.class,
            EpollSocketChannel.class,
            EpollDomainSocketChannel.class,
            EpollServerSocketChannel.class,
            EpollServerDomainSocketChannel.class),
    NIO(
            NioIoHandler.class,
            NioSocketChannel.class,
            NioDomainSocketChannel.class,
            NioServerSocketChannel.class,
            NioServerDomainSocketChannel.class);

    private final Class<? extends IoHandler> handler;
    private final Class<? extends Channel> client;
    private final Class<? extends Channel> unixClient;
    private final Class<? extends ServerChannel> server;
    private final Class<? extends ServerChannel> unixServer;

    Transport(
            Class<? extends IoHandler> handler,
            Class<? extends Channel> client,
            Class<? extends Channel> unixClient,
            Class<? extends ServerChannel> server,
            Class<? extends ServerChannel> unixServer) {
        this.handler = handler;
        this.client = client;
        this.unixClient = unixClient;
        this.server = server;
        this.unixServer = unixServer;
    }

    /// The transport of a loop.
    public static Transport of(EventLoop loop) {
        if (loop instanceof IoEventLoop io) {
            for (Transport each : values()) {
                if (io.isIoType(each.handler)) {
                    return each;
                }
            }
        }
        throw new IllegalArgumentException("an event loop of an unknown kind: " + loop);
    }

    /// The transport of that name.
    ///
    /// @param name `auto` for epoll where the system offers it, otherwise NIO (why not io_uring:
    ///   ADR 0016), or the name of one in small letters
    /// @throws IllegalArgumentException for a name that is none, or a transport that this system
    ///   does not offer; says what to use
    public static Transport choose(String name) {
        if (name.equals("auto")) {
            return EPOLL.isAvailable() ? EPOLL : NIO;
        }
        for (Transport each : values()) {
            if (each.text().equals(name)) {
                if (!each.isAvailable()) {
                    throw new IllegalArgumentException(
                            name + " is not available here: " + each.whyNot() + "; use auto");
                }
                return each;
            }
        }
        throw new IllegalArgumentException("is '" + name + "': use auto, io_uring, epoll or nio");
    }

    /// As people write it.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    private String whyNot() {
        Throwable cause =
                this == IO_URING ? IoUring.unavailabilityCause() : Epoll.unavailabilityCause();
        return cause == null ? "the system does not say why" : String.valueOf(cause.getMessage());
    }

    /// Whether this system offers it.
    public boolean isAvailable() {
        return switch (this) {
            case IO_URING -> IoUring.isAvailable();
            case EPOLL -> Epoll.isAvailable();
            case NIO -> true;
        };
    }

    /// Makes what a loop of this kind waits with.
    public IoHandlerFactory handlers() {
        return switch (this) {
            case IO_URING -> IoUringIoHandler.newFactory();
            case EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    /// Whether its sockets take any option of the system by number.
    public boolean isNative() {
        return this != NIO;
    }

    public Class<? extends Channel> client(SocketAddress address) {
        return address instanceof DomainSocketAddress ? unixClient : client;
    }

    public Class<? extends ServerChannel> server(SocketAddress address) {
        return address instanceof DomainSocketAddress ? unixServer : server;
    }

    /// The address as channels of this kind take it.
    ///
    /// Linux, unix(7): the name of an abstract socket begins with a zero, which `@` stands for in
    /// configuration; only native channels have them ([#serves]).
    public SocketAddress address(SocketAddress address) {
        if (!(address instanceof DomainSocketAddress unix)) {
            return address;
        }
        if (this == NIO) {
            return UnixDomainSocketAddress.of(unix.path());
        }
        return isAbstract(unix) ? new DomainSocketAddress('\0' + unix.path().substring(1)) : unix;
    }

    /// Whether channels of this kind can have this address.
    public boolean serves(SocketAddress address) {
        return this != NIO || !(address instanceof DomainSocketAddress unix && isAbstract(unix));
    }

    private static boolean isAbstract(DomainSocketAddress address) {
        return address.path().startsWith("@");
    }

    public ChannelOption<Boolean> reusePort() {
        return this == NIO
                ? NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT)
                : UnixChannelOption.SO_REUSEPORT;
    }

    /// Seconds.
    public ChannelOption<Integer> keepAliveIdle() {
        return switch (this) {
            case IO_URING -> IoUringChannelOption.TCP_KEEPIDLE;
            case EPOLL -> EpollChannelOption.TCP_KEEPIDLE;
            case NIO -> NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE);
        };
    }

    /// Seconds.
    public ChannelOption<Integer> keepAliveInterval() {
        return switch (this) {
            case IO_URING -> IoUringChannelOption.TCP_KEEPINTVL;
            case EPOLL -> EpollChannelOption.TCP_KEEPINTVL;
            case NIO -> NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL);
        };
    }

    public ChannelOption<Integer> keepAliveProbes() {
        return switch (this) {
            case IO_URING -> IoUringChannelOption.TCP_KEEPCNT;
            case EPOLL -> EpollChannelOption.TCP_KEEPCNT;
            case NIO -> NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT);
        };
    }

    /// @throws UnsupportedOperationException unless it is native
    public ChannelOption<Boolean> transparent() {
        return switch (this) {
            case IO_URING -> IoUringChannelOption.IP_TRANSPARENT;
            case EPOLL -> EpollChannelOption.IP_TRANSPARENT;
            case NIO -> throw new UnsupportedOperationException("transparent sockets over NIO");
        };
    }

    /// @throws UnsupportedOperationException unless it is native
    public ChannelOption<Boolean> freebind() {
        return switch (this) {
            case IO_URING -> IoUringChannelOption.IP_FREEBIND;
            case EPOLL -> EpollChannelOption.IP_FREEBIND;
            case NIO -> throw new UnsupportedOperationException("IP_FREEBIND over NIO");
        };
    }
}
