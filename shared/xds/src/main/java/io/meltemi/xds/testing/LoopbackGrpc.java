package io.meltemi.xds.testing;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
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
        return onLoopback().addServices(services).build().start();
    }

    /// The same, deaf to the deadlines that callers tell in `grpc-timeout`: a server that ends a
    /// call at its deadline races with the caller's own clock, and a test of the latter would tell
    /// which of the two was faster.
    public static Server serveWithoutDeadlines(List<ServerServiceDefinition> services)
            throws IOException {
        return onLoopback()
                .addStreamTracerFactory(new NoDeadlines())
                .addServices(services)
                .build()
                .start();
    }

    private static NettyServerBuilder onLoopback() {
        return NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /// Takes the deadline out of a call's headers before the server reads it. Thread-safe.
    private static final class NoDeadlines extends ServerStreamTracer.Factory {
        private static final Metadata.Key<String> TIMEOUT =
                Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

        @Override
        public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
            headers.discardAll(TIMEOUT);
            return new ServerStreamTracer() {};
        }
    }
}
