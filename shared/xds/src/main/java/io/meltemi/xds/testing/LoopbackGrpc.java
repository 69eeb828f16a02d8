package io.meltemi.xds.testing;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/// gRPC servers for tests, in clear text. Thread-safe: without state.
public final class LoopbackGrpc {
    private LoopbackGrpc() {}

    /// Serves on a free port of loopback; the caller shuts the server down.
    public static Server serve(BindableService... services) throws IOException {
        return serve(Arrays.stream(services).map(BindableService::bindService).toList());
    }

    /// The same for services that are not generated.
    public static Server serve(List<ServerServiceDefinition> services) throws IOException {
        return NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addServices(services)
                .build()
                .start();
    }
}
