package io.meltemi.xds.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Channel;
import io.meltemi.xds.snapshot.ResourceType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A stream on which each response has all of a type, and each request everything wanted. Confined
/// to its client's executor.
///
/// Envoy: a request carries the version last taken and the nonce last seen; a new stream knows no
/// nonce, but the version stays.
final class WorldCall implements DiscoveryCall {
    private static final Logger LOG = LoggerFactory.getLogger(WorldCall.class);

    private final GrpcCall<DiscoveryRequest, DiscoveryResponse> call;
    private final Node node;
    private final Events events;
    private final boolean isNodeSentOnce;
    private final Map<ResourceType, String> nonces = new EnumMap<>(ResourceType.class);
    private boolean isNodeSent;

    WorldCall(Channel channel, StreamKind kind, Node node, Executor executor, Events events) {
        this.call = new GrpcCall<>(channel, kind.worldMethod(), kind.metadata(), executor);
        this.node = node;
        this.events = events;
        this.isNodeSentOnce = kind.isNodeSentOnce();
    }

    @Override
    public void start() {
        call.start(
                response ->
                        events.received(
                                this,
                                response.getTypeUrl(),
                                response.getNonce(),
                                wanted -> read(wanted, response)),
                () -> events.opened(this),
                status -> events.closed(this, status));
    }

    private static Received read(Wanted wanted, DiscoveryResponse response) {
        WorldResources found = new WorldResources(wanted.type(), response.getVersionInfo());
        String malformed = "";
        try {
            for (Any body : response.getResourcesList()) {
                found.add(body);
            }
        } catch (InvalidProtocolBufferException e) {
            malformed = String.valueOf(e.getMessage());
        }
        return new Received(
                response.getVersionInfo(),
                response.getControlPlane().getIdentifier(),
                malformed.isEmpty() ? found.wanted(wanted) : List.of(),
                List.of(),
                malformed.isEmpty() && wanted.wantsAll(),
                malformed.isEmpty() ? found.problems() : List.of(),
                malformed);
    }

    @Override
    public void tell(Wanted wanted) {
        wanted.told();
        send(request(wanted));
    }

    @Override
    public void acknowledge(Wanted wanted, String nonce) {
        nonces.put(wanted.type(), nonce);
        tell(wanted);
    }

    @Override
    public void refuse(Wanted wanted, String nonce, String message) {
        nonces.put(wanted.type(), nonce);
        wanted.told();
        send(request(wanted).setErrorDetail(DiscoveryCall.refusal(message)));
    }

    /// Envoy: passed over in silence.
    @Override
    public void refuseUnknown(String typeUrl, String nonce) {
        LOG.warn("a response of type '{}' was not asked for", typeUrl);
    }

    private DiscoveryRequest.Builder request(Wanted wanted) {
        DiscoveryRequest.Builder request =
                DiscoveryRequest.newBuilder()
                        .setTypeUrl(wanted.type().typeUrl())
                        .setVersionInfo(wanted.worldVersion())
                        .setResponseNonce(nonces.getOrDefault(wanted.type(), ""));
        if (!wanted.wantsAll()) {
            request.addAllResourceNames(wanted.names());
        }
        return request;
    }

    private void send(DiscoveryRequest.Builder request) {
        if (!isNodeSent || !isNodeSentOnce) {
            request.setNode(node);
            isNodeSent = true;
        }
        call.send(request.build());
    }

    @Override
    public void next() {
        call.next();
    }

    @Override
    public void cancel() {
        call.cancel();
    }
}
