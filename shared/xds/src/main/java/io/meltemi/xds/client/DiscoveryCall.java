package io.meltemi.xds.client;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Channel;
import io.grpc.Status;
import io.meltemi.xds.snapshot.ResourceType;
import java.util.concurrent.Executor;

/// One discovery stream, seen from the proxy. Confined to its client's executor.
interface DiscoveryCall {
    /// What happens on the stream; called on the client's executor.
    interface Events {
        /// The transport is there.
        void opened(DiscoveryCall call);

        /// @param nonce what an answer refers to
        /// @param read made of the response, for the type it is of
        void received(DiscoveryCall call, String typeUrl, String nonce, Reader read);

        void closed(DiscoveryCall call, Status status);
    }

    /// Reads a response.
    @FunctionalInterface
    interface Reader {
        Received read(Wanted wanted);
    }

    static DiscoveryCall open(
            Channel channel, StreamKind kind, Node node, Executor executor, Events events) {
        return switch (kind.dialect()) {
            case DELTA -> new DeltaCall(channel, kind, node, executor, events);
            case STATE_OF_THE_WORLD -> new WorldCall(channel, kind, node, executor, events);
        };
    }

    void start();

    /// Says what is wanted of a type: all of it on a new stream, later what changed.
    void tell(Wanted wanted);

    /// All of a response is taken.
    void acknowledge(Wanted wanted, String nonce);

    /// @param message names every refused resource and why
    void refuse(Wanted wanted, String nonce, String message);

    /// A response of a type that nobody asked for.
    void refuseUnknown(String typeUrl, String nonce);

    /// Ready for the next response.
    void next();

    void cancel();

    /// Envoy: whatever is wrong with a response, the code is INTERNAL.
    static com.google.rpc.Status refusal(String message) {
        return com.google.rpc.Status.newBuilder()
                .setCode(com.google.rpc.Code.INTERNAL_VALUE)
                .setMessage(message)
                .build();
    }

    /// Why a resource of this type cannot be in a response of that one.
    static String mismatch(String bodyType, ResourceType type) {
        return "is a '" + bodyType + "', not a '" + type.typeUrl() + "'";
    }
}
