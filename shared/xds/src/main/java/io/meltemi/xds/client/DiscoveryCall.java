package io.meltemi.xds.client;

import com.google.rpc.Code;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.meltemi.xds.snapshot.ResourceType;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Executor;

/// One discovery stream, seen from the proxy. Confined to its client's executor.
///
/// One response is taken at a time, so that a control plane that sends faster than the proxy can
/// compile waits in its own send window.
final class DiscoveryCall {
    /// All clusters of a very large mesh in one response.
    private static final int MAX_RESPONSE_BYTES = 256 << 20;

    private final ClientCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call;
    private final Node node;
    private final Events events;
    private final Set<ResourceType> introduced = EnumSet.noneOf(ResourceType.class);
    private boolean isNodeSent;

    /// What happens on the stream; called on the client's executor.
    interface Events {
        void received(DiscoveryCall call, DeltaDiscoveryResponse response);

        void closed(DiscoveryCall call, Status status);
    }

    DiscoveryCall(
            Channel channel, AdsTransport transport, Node node, Executor executor, Events events) {
        CallOptions options =
                CallOptions.DEFAULT
                        .withExecutor(executor)
                        .withMaxInboundMessageSize(MAX_RESPONSE_BYTES);
        this.call = channel.newCall(transport.method(), options);
        this.node = node;
        this.events = events;
    }

    void start() {
        call.start(new Listener(), new Metadata());
        call.request(1);
    }

    /// Says what is wanted of a type: all of it on a new stream, later what changed.
    void tell(Wanted wanted) {
        if (introduced.add(wanted.type())) {
            send(wanted.first());
        } else {
            send(wanted.news());
        }
    }

    void acknowledge(DeltaDiscoveryResponse response) {
        send(answer(response));
    }

    /// @param message names every refused resource and why
    void refuse(DeltaDiscoveryResponse response, String message) {
        send(
                answer(response)
                        .setErrorDetail(
                                com.google.rpc.Status.newBuilder()
                                        .setCode(Code.INVALID_ARGUMENT_VALUE)
                                        .setMessage(message)));
    }

    private static DeltaDiscoveryRequest.Builder answer(DeltaDiscoveryResponse response) {
        return DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setResponseNonce(response.getNonce());
    }

    private void send(DeltaDiscoveryRequest.Builder request) {
        if (!isNodeSent) {
            request.setNode(node);
            isNodeSent = true;
        }
        call.sendMessage(request.build());
    }

    /// Ready for the next response.
    void next() {
        call.request(1);
    }

    void cancel() {
        call.cancel("the client was closed", null);
    }

    private final class Listener extends ClientCall.Listener<DeltaDiscoveryResponse> {
        @Override
        public void onMessage(DeltaDiscoveryResponse response) {
            events.received(DiscoveryCall.this, response);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            events.closed(DiscoveryCall.this, status);
        }
    }
}
