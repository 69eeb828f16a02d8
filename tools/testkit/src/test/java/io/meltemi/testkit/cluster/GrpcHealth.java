package io.meltemi.testkit.cluster;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.meltemi.xds.testing.LoopbackGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A server of `grpc.health.v1.Health/Check` that answers as the service's name says: `serving`,
/// `not-serving`, `unknown`, `silent`, `empty`; `metadata` serves those who send `x-check: sure`.
/// Thread-safe.
final class GrpcHealth implements AutoCloseable {
    private static final Metadata.Key<String> X_CHECK =
            Metadata.Key.of("x-check", Metadata.ASCII_STRING_MARSHALLER);

    private final Server server;

    private GrpcHealth(Server server) {
        this.server = server;
    }

    static GrpcHealth start() throws IOException {
        MethodDescriptor<byte[], byte[]> check =
                MethodDescriptor.<byte[], byte[]>newBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName("grpc.health.v1.Health/Check")
                        .setRequestMarshaller(new Bytes())
                        .setResponseMarshaller(new Bytes())
                        .build();
        ServerServiceDefinition service =
                ServerServiceDefinition.builder("grpc.health.v1.Health")
                        .addMethod(check, new Answers())
                        .build();
        return new GrpcHealth(LoopbackGrpc.serveWithoutDeadlines(List.of(service)));
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    /// Answers each call. Thread-safe.
    private static final class Answers implements ServerCallHandler<byte[], byte[]> {
        @Override
        public ServerCall.Listener<byte[]> startCall(
                ServerCall<byte[], byte[]> call, Metadata headers) {
            call.request(1);
            return new ServerCall.Listener<>() {
                @Override
                public void onMessage(byte[] message) {
                    answer(call, headers, message);
                }
            };
        }

        private static void answer(
                ServerCall<byte[], byte[]> call, Metadata headers, byte[] message) {
            // Field 1, its length, the name.
            String service =
                    message.length < 2
                            ? "serving"
                            : new String(message, 2, message.length - 2, StandardCharsets.UTF_8);
            switch (service) {
                case "serving" -> send(call, 1);
                case "not-serving" -> send(call, 2);
                case "metadata" -> send(call, "sure".equals(headers.get(X_CHECK)) ? 1 : 2);
                case "empty" -> {
                    call.sendHeaders(new Metadata());
                    call.sendMessage(new byte[0]);
                    call.close(Status.OK, new Metadata());
                }
                case "silent" -> {}
                default -> call.close(Status.NOT_FOUND, new Metadata());
            }
        }

        private static void send(ServerCall<byte[], byte[]> call, int status) {
            call.sendHeaders(new Metadata());
            call.sendMessage(new byte[] {8, (byte) status});
            call.close(Status.OK, new Metadata());
        }
    }

    /// Messages as they are. Thread-safe.
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
