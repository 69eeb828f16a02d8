package io.meltemi.proxy;

import io.meltemi.proxy.listener.ListenerSettings;
import io.meltemi.proxy.transport.Transport;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// Opens listeners' sockets on the workers' loops and waits for them. Confined to the configuration
/// thread.
@SuppressWarnings("FutureReturnValueIgnored") // what a bind becomes is read of its channel
final class ListenerSockets {
    private final List<Worker> workers;

    ListenerSockets(List<Worker> workers) {
        this.workers = workers;
    }

    /// Why a listener's sockets cannot be opened, or null. Envoy: a listener that cannot be bound
    /// is refused when it comes, not when all it waits for has come.
    ///
    /// @param inForce the listener it replaces, whose addresses are its own already
    @Nullable String unbindable(ListenerSettings settings, @Nullable ActiveListener inForce) {
        Set<SocketAddress> own =
                inForce != null && inForce.compiled.settings().bindsToPort()
                        ? Set.copyOf(inForce.compiled.settings().addresses())
                        : Set.of();
        for (SocketAddress address : settings.addresses()) {
            boolean opens =
                    settings.bindsToPort()
                            && address instanceof InetSocketAddress inet
                            && inet.getPort() != 0
                            && !own.contains(address);
            String problem = opens ? probe(address) : null;
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private @Nullable String probe(SocketAddress address) {
        Worker worker = workers.getFirst();
        try {
            ChannelFuture probed =
                    worker.eventLoop().submit(() -> worker.probe(address)).get().await();
            probed.channel().close().await();
            Throwable cause = probed.cause();
            return cause == null
                    ? null
                    : "cannot bind " + Worker.text(address) + ": " + cause.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "cannot bind " + Worker.text(address) + ": interrupted";
        } catch (ExecutionException e) {
            return "cannot bind " + Worker.text(address) + ": " + e.getCause();
        }
    }

    /// Binds an address on every worker, or a path on the first. The first worker may get its port
    /// from the system; the others share it.
    ///
    /// @return the address that is bound
    SocketAddress bind(String listener, SocketAddress configured) throws IOException {
        if (!(configured instanceof InetSocketAddress)) {
            // A path is one socket's: another one that is bound to it takes its place.
            Worker first = workers.getFirst();
            if (!Transport.of(first.eventLoop()).serves(configured)) {
                throw new IOException(
                        "listener '"
                                + listener
                                + "': cannot bind "
                                + Worker.text(configured)
                                + ": abstract sockets need epoll or io_uring");
            }
            var _ = bind(first, listener, configured);
            return configured;
        }
        SocketAddress address = configured;
        for (Worker worker : workers) {
            address = bind(worker, listener, address);
        }
        return address;
    }

    private static SocketAddress bind(Worker worker, String listener, SocketAddress wanted)
            throws IOException {
        try {
            var future =
                    worker.eventLoop().submit(() -> worker.bind(listener, wanted)).get().await();
            if (!future.isSuccess()) {
                Throwable cause = future.cause();
                throw new IOException(
                        "listener '"
                                + listener
                                + "': cannot bind "
                                + Worker.text(wanted)
                                + ": "
                                + (cause == null ? "unknown" : cause.getMessage()),
                        cause);
            }
            return future.channel().localAddress();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("listener '" + listener + "'", e.getCause());
        }
    }
}
