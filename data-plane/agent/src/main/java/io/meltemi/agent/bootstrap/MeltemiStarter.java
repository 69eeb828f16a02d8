package io.meltemi.agent.bootstrap;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.meltemi.agent.identity.ControlPlane.Marking;
import io.meltemi.agent.identity.SecretServer;
import io.meltemi.agent.intercept.MeshPorts;
import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.GrpcChannels;
import io.meltemi.proxy.Proxy;
import io.meltemi.proxy.ProxyEnvironment;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.http.Draining;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Runs our own proxy on the pod's event loop, in this process. Immutable.
public final class MeltemiStarter implements DataPlaneStarter {
    /// What Pilot may count on beyond a stock Envoy; and routes come host by host (VHDS), because
    /// our proxy replaces one host of a table at the cost of one.
    private static final List<String> CAPABILITIES = List.of("meltemi", "virtual-hosts");

    /// Istio's `drainDuration`, with the strategy its agent asks Envoy for.
    private static final Draining.Time DRAIN_TIME = new Draining.Time(45_000_000_000L, false);

    @Override
    public List<String> capabilities() {
        return CAPABILITIES;
    }

    /// It asks within this process.
    @Override
    public boolean needsSocket() {
        return false;
    }

    @Override
    public DataPlane start(Environment environment) throws IOException {
        Channels channels = Channels.open(environment.secrets(), environment.controlPlane());
        // The bootstrap is Envoy's; the channels of its three clusters never leave this process.
        SidecarBootstrap bootstrap =
                new SidecarBootstrap(
                        environment.node(),
                        environment.loopback(),
                        environment.ports(),
                        Path.of("agent"),
                        SidecarBootstrap.DataPlaneKind.MELTEMI);
        try {
            Proxy proxy =
                    Proxy.start(
                            bootstrap.render(),
                            new ProxyEnvironment(
                                    environment.loop().parent(),
                                    1,
                                    Ticker.SYSTEM,
                                    _ -> channels,
                                    environment.marking() == Marking.MARKED
                                            ? MeshPorts.SOCKET_MARK
                                            : 0,
                                    false,
                                    ProxyEnvironment.DEFAULT_LOG_FLUSH,
                                    DRAIN_TIME));
            return new Running(proxy, environment.loop());
        } catch (ConfigRefusedException e) {
            channels.close();
            throw new IOException("the proxy refuses its bootstrap: " + e.getMessage(), e);
        } catch (IOException e) {
            channels.close();
            throw e;
        }
    }

    /// Secrets from this process, everything else over the agent's own proven channel. Thread-safe.
    private record Channels(Server server, ManagedChannel secrets, Channel controlPlane)
            implements GrpcChannels {
        static Channels open(SecretServer secrets, Channel controlPlane) throws IOException {
            String name = InProcessServerBuilder.generateName();
            Server server =
                    InProcessServerBuilder.forName(name)
                            .executor(Executors.newVirtualThreadPerTaskExecutor())
                            .addService(secrets)
                            .build()
                            .start();
            return new Channels(
                    server, InProcessChannelBuilder.forName(name).build(), controlPlane);
        }

        @Override
        public Channel channel(String clusterName) {
            return switch (clusterName) {
                case SidecarBootstrap.SDS -> secrets;
                case SidecarBootstrap.ADS, SidecarBootstrap.MIXER -> controlPlane;
                default ->
                        throw new IllegalArgumentException(
                                "no gRPC cluster '" + clusterName + "' in a sidecar's bootstrap");
            };
        }

        /// The control plane's channel is the agent's.
        @Override
        public void close() {
            secrets.shutdownNow();
            server.shutdownNow();
        }
    }

    /// One proxy of this process. Thread-safe.
    private static final class Running implements DataPlane {
        private static final long POLL_MILLIS = 20;

        private final Proxy proxy;
        private final EventLoop loop;
        private final CompletableFuture<Void> ready = new CompletableFuture<>();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        Running(Proxy proxy, EventLoop loop) {
            this.proxy = proxy;
            this.loop = loop;
            poll();
        }

        private void poll() {
            if (proxy.isReady()) {
                ready.complete(null);
            } else if (!ended.isDone()) {
                var _ = loop.schedule(this::poll, POLL_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public CompletableFuture<Void> ready() {
            return ready.copy();
        }

        @Override
        public boolean isReady() {
            return !ended.isDone() && proxy.isReady();
        }

        @Override
        public CompletableFuture<Void> ended() {
            return ended.copy();
        }

        @Override
        public void drain(Duration limit) {
            proxy.drain();
            var _ = loop.schedule(this::close, limit.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void close() {
            if (ended.complete(null)) {
                proxy.close();
            }
        }
    }
}
