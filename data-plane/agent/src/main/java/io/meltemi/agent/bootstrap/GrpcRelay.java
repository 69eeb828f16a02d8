package io.meltemi.agent.bootstrap;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Carries an Envoy's calls (ADS both ways, access logs, quotas) over the agent's own proven
/// connection: identity is proven once, for both data planes. Thread-safe.
///
/// Messages pass as bytes; each side is asked for its next one when the other could take the last.
public final class GrpcRelay extends HandlerRegistry {
    /// What a data plane may ask of the control plane. Everything else, the authority above all, is
    /// the agent's business.
    private static final Set<String> SERVICES =
            Set.of(
                    "envoy.service.discovery.v3.AggregatedDiscoveryService",
                    "envoy.service.accesslog.v3.AccessLogService",
                    "envoy.service.ratelimit.v3.RateLimitService",
                    "envoy.service.auth.v3.Authorization",
                    "opentelemetry.proto.collector.trace.v1.TraceService",
                    "opentelemetry.proto.collector.logs.v1.LogsService",
                    "opentelemetry.proto.collector.metrics.v1.MetricsService");

    private final Channel controlPlane;

    /// @param controlPlane stays its owner's
    public GrpcRelay(Channel controlPlane) {
        this.controlPlane = controlPlane;
    }

    @Override
    public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
            String name, @Nullable String authority) {
        String service = MethodDescriptor.extractFullServiceName(name);
        if (service == null || !SERVICES.contains(service)) {
            return null;
        }
        MethodDescriptor<byte[], byte[]> method =
                MethodDescriptor.newBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER)
                        .setFullMethodName(name)
                        .setType(MethodDescriptor.MethodType.UNKNOWN)
                        .build();
        return ServerMethodDefinition.create(method, new Handler(controlPlane, method));
    }

    private record Handler(Channel to, MethodDescriptor<byte[], byte[]> method)
            implements ServerCallHandler<byte[], byte[]> {
        @Override
        public ServerCall.Listener<byte[]> startCall(
                ServerCall<byte[], byte[]> proxy, Metadata headers) {
            // A stream waits here for a control plane that is away: Envoy's own pauses between
            // attempts grow to half a minute.
            ClientCall<byte[], byte[]> upstream =
                    to.newCall(method, CallOptions.DEFAULT.withWaitForReady());
            Turn fromProxy = new Turn(upstream::isReady, () -> proxy.request(1));
            Turn fromControlPlane = new Turn(proxy::isReady, () -> upstream.request(1));
            // The proxy's own headers stay here: what counts is what the agent proves.
            upstream.start(new Downwards(proxy, fromControlPlane, fromProxy), new Metadata());
            proxy.request(1);
            upstream.request(1);
            return new Upwards(upstream, fromProxy, fromControlPlane);
        }
    }

    /// One direction: its sender is asked for the next message once its receiver could take the
    /// last one. Thread-safe.
    private static final class Turn {
        private final BooleanSupplier receiverIsReady;
        private final Runnable askSender;
        private boolean owed; // Guarded by this.

        Turn(BooleanSupplier receiverIsReady, Runnable askSender) {
            this.receiverIsReady = receiverIsReady;
            this.askSender = askSender;
        }

        void passedOne() {
            synchronized (this) {
                if (!receiverIsReady.getAsBoolean()) {
                    owed = true;
                    return;
                }
            }
            askSender.run();
        }

        synchronized void receiverBecameReady() {
            if (owed) {
                owed = false;
                askSender.run();
            }
        }
    }

    /// From the proxy to the control plane. Thread-safe.
    private static final class Upwards extends ServerCall.Listener<byte[]> {
        private final ClientCall<byte[], byte[]> to;
        private final Turn turn;
        private final Turn opposite;

        Upwards(ClientCall<byte[], byte[]> to, Turn turn, Turn opposite) {
            this.to = to;
            this.turn = turn;
            this.opposite = opposite;
        }

        @Override
        public void onMessage(byte[] message) {
            to.sendMessage(message);
            turn.passedOne();
        }

        @Override
        public void onHalfClose() {
            to.halfClose();
        }

        @Override
        public void onCancel() {
            to.cancel("the proxy hung up", null);
        }

        @Override
        public void onReady() {
            opposite.receiverBecameReady();
        }
    }

    /// From the control plane to the proxy. Thread-safe.
    private static final class Downwards extends ClientCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> to;
        private final Turn turn;
        private final Turn opposite;

        Downwards(ServerCall<byte[], byte[]> to, Turn turn, Turn opposite) {
            this.to = to;
            this.turn = turn;
            this.opposite = opposite;
        }

        @Override
        public void onHeaders(Metadata headers) {
            to.sendHeaders(headers);
        }

        @Override
        public void onMessage(byte[] message) {
            to.sendMessage(message);
            turn.passedOne();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            to.close(status, trailers);
        }

        @Override
        public void onReady() {
            opposite.receiverBecameReady();
        }
    }

    /// Messages are not looked into.
    private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
        MARSHALLER;

        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream message) {
            try (message) {
                return message.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
