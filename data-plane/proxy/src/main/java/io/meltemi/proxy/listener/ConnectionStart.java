package io.meltemi.proxy.listener;

import io.meltemi.proxy.cluster.Addresses;
import io.meltemi.proxy.http.HttpWorker;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.upstream.WorkerClusters;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The first steps of a connection after accept: its original destination, the listener that stands
/// for it, and a PROXY header; then [Inspection] goes on. Confined to its event loop.
public final class ConnectionStart {
    private static final InetSocketAddress NOWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Worker worker;
    private final BiFunction<ListenerPort, InetSocketAddress, ListenerPort> handOff;

    /// What connections of one worker share. Confined to its event loop.
    ///
    /// @param exemptHttp for connections that overload is not to touch
    /// @param epochOffsetNanos what makes the time of day of the loop's
    record Worker(
            WorkerLoop loop,
            HttpWorker http,
            HttpWorker exemptHttp,
            WorkerClusters clusters,
            SplittableRandom random,
            long epochOffsetNanos) {}

    /// @param handOff the listener for an original destination; the one that accepted when there is
    ///   none
    public ConnectionStart(
            WorkerLoop loop,
            HttpWorker http,
            WorkerClusters clusters,
            SplittableRandom random,
            BiFunction<ListenerPort, InetSocketAddress, ListenerPort> handOff) {
        long epochOffsetNanos = System.currentTimeMillis() * 1_000_000L - loop.nanos();
        this.worker =
                new Worker(loop, http, http.withoutOverload(), clusters, random, epochOffsetNanos);
        this.handOff = handOff;
    }

    /// Takes over a connection just accepted.
    void begin(ListenerPort accepting, Channel channel) {
        InetSocketAddress local = inet(channel.localAddress());
        InetSocketAddress destination = local;
        if (accepting.settings().originalDestination()) {
            InetSocketAddress original = OriginalDestination.of(channel);
            if (original != null) {
                destination = original;
            }
        }
        Ends ends = new Ends(inet(channel.remoteAddress()), destination);
        readProxyProtocol(accepting, channel, ends, told -> handedOver(accepting, channel, told));
    }

    private void handedOver(ListenerPort accepting, Channel channel, Ends ends) {
        ListenerSettings settings = accepting.settings();
        // A transparent socket has the address the client meant for its own.
        boolean redirected =
                (settings.originalDestination() && settings.sockets().transparent())
                        || !ends.destination().equals(inet(channel.localAddress()));
        ListenerPort port = accepting;
        if (settings.handsOff() && redirected) {
            port = handOff.apply(accepting, ends.destination());
        }
        ListenerPort its = port;
        if (its.equals(accepting)) {
            inspect(its, channel, ends, redirected);
        } else {
            readProxyProtocol(its, channel, ends, told -> inspect(its, channel, told, redirected));
        }
    }

    private void inspect(ListenerPort port, Channel channel, Ends ends, boolean redirected) {
        new Inspection(worker, new StartingConnection(port, channel, ends, redirected)).begin();
    }

    /// Where a connection comes from and goes to. Immutable.
    record Ends(InetSocketAddress source, InetSocketAddress destination) {}

    private void readProxyProtocol(
            ListenerPort port, Channel channel, Ends ends, Consumer<Ends> next) {
        ProxyProtocol protocol = port.settings().proxyProtocol();
        if (protocol == null || !protocol.enabled().test(ends.destination())) {
            next.accept(ends);
            return;
        }
        ProxyProtocolReader reader =
                new ProxyProtocolReader(protocol, worker.loop().index(), ends, next);
        channel.pipeline().addLast(reader);
        InspectionLimit.arm(port, channel, reader, () -> next.accept(ends));
    }

    /// An address of the IP family; for any other, one that stands for none.
    static InetSocketAddress inet(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet : NOWHERE;
    }

    /// What an address is called in logs and statistics.
    public static String statName(SocketAddress address) {
        return Addresses.text(address).replace(':', '_');
    }
}
