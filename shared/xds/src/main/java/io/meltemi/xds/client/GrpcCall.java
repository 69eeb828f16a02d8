package io.meltemi.xds.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// One gRPC stream to a control plane. Confined to its client's executor.
///
/// One response is taken at a time, so that a control plane that sends faster than the proxy can
/// compile waits in its own send window.
final class GrpcCall<Q, R> {
    /// All clusters of a very large mesh in one response.
    private static final int MAX_RESPONSE_BYTES = 256 << 20;

    private final ClientCall<Q, R> call;
    private final Metadata headers;

    GrpcCall(Channel channel, MethodDescriptor<Q, R> method, Metadata headers, Executor executor) {
        this.headers = headers;
        this.call =
                channel.newCall(
                        method,
                        CallOptions.DEFAULT
                                .withExecutor(executor)
                                .withMaxInboundMessageSize(MAX_RESPONSE_BYTES));
    }

    /// @param ready runs when the transport is there
    void start(Consumer<R> received, Runnable ready, Consumer<Status> closed) {
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(R response) {
                        received.accept(response);
                    }

                    @Override
                    public void onReady() {
                        ready.run();
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        closed.accept(status);
                    }
                },
                headers);
        call.request(1);
    }

    void send(Q request) {
        call.sendMessage(request);
    }

    /// Ready for the next response.
    void next() {
        call.request(1);
    }

    void cancel() {
        call.cancel("the client was closed", null);
    }
}
