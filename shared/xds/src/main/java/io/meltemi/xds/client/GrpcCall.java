package io.meltemi.xds.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// One gRPC stream to a control plane or a service like it. Confined to its client's executor.
///
/// One response is taken at a time, so that a control plane that sends faster than the proxy can
/// compile waits in its own send window.
public final class GrpcCall<Q, R> {
    /// All clusters of a very large mesh in one response.
    private static final int MAX_RESPONSE_BYTES = 256 << 20;

    private final ClientCall<Q, R> call;
    private final Metadata headers = new Metadata();

    /// @param headers by lower-case name
    /// @param executor runs one task at a time; what the peer says is heard there
    public GrpcCall(
            Channel channel,
            MethodDescriptor<Q, R> method,
            Map<String, String> headers,
            Executor executor) {
        headers.forEach((name, value) ->
                this.headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
        this.call =
                channel.newCall(
                        method,
                        CallOptions.DEFAULT
                                .withExecutor(forgiving(executor))
                                .withMaxInboundMessageSize(MAX_RESPONSE_BYTES));
    }

    /// Lets go what comes after the executor has ended. gRPC tells its caller of an end first and
    /// the peer second: an exception between the two would leave the stream open at the peer for as
    /// long as the channel lives, which others share.
    private static Executor forgiving(Executor executor) {
        return task -> {
            try {
                executor.execute(task);
            } catch (RejectedExecutionException _) {
                // Nobody is there to hear it.
            }
        };
    }

    /// Opens the stream, for one response at first.
    ///
    /// @param ready runs when the transport is there
    /// @param closed hears how it ended, once
    public void start(Consumer<R> received, Runnable ready, Consumer<Status> closed) {
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

    public void send(Q request) {
        call.sendMessage(request);
    }

    /// Whether the peer takes more than waits already.
    public boolean isReady() {
        return call.isReady();
    }

    /// Ready for the next response.
    public void next() {
        call.request(1);
    }

    /// Ends it from this side.
    public void cancel() {
        call.cancel("the client was closed", null);
    }
}
