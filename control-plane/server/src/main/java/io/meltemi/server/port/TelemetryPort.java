package io.meltemi.server.port;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.meltemi.xds.server.XdsServerPort.Loops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/// OTLP/gRPC in plain text, for applications of the mesh: it takes and gives nothing away.
/// Thread-safe.
public final class TelemetryPort implements AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 8 << 20;

    private final Server server;

    /// @throws IOException when the address is in use, saying which
    public TelemetryPort(InetSocketAddress address, Loops loops, List<BindableService> services)
            throws IOException {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(address)
                        .bossEventLoopGroup(loops.acceptors())
                        .workerEventLoopGroup(loops.workers())
                        .channelType(loops.channelType())
                        .executor(loops.threads())
                        .maxInboundMessageSize(MAX_MESSAGE_BYTES);
        services.forEach(builder::addService);
        server = builder.build().start();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
