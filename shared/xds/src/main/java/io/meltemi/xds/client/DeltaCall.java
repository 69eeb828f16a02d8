package io.meltemi.xds.client;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Channel;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/// A stream of changes. Confined to its client's executor.
final class DeltaCall implements DiscoveryCall {
    private final GrpcCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call;
    private final Node node;
    private final Events events;
    private final Set<ResourceType> introduced = EnumSet.noneOf(ResourceType.class);
    private boolean isNodeSent;

    DeltaCall(Channel channel, StreamKind kind, Node node, Executor executor, Events events) {
        this.call = new GrpcCall<>(channel, kind.deltaMethod(), kind.metadata(), executor);
        this.node = node;
        this.events = events;
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

    private static Received read(Wanted wanted, DeltaDiscoveryResponse response) {
        List<XdsResource> changed = new ArrayList<>();
        List<ResourceProblem> problems = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Resource resource : response.getResourcesList()) {
            String name = resource.getName();
            String bodyType = resource.getResource().getTypeUrl();
            if (!seen.add(name)) {
                problems.add(new ResourceProblem(name, "is in the response twice"));
            } else if (!resource.hasResource() && !mayBeAbsent(wanted.type())) {
                problems.add(new ResourceProblem(name, "has no body"));
            } else if (resource.hasResource() && !bodyType.equals(wanted.type().typeUrl())) {
                problems.add(
                        new ResourceProblem(name, DiscoveryCall.mismatch(bodyType, wanted.type())));
            } else if (wanted.wants(name)) {
                changed.add(
                        new XdsResource(
                                wanted.type(),
                                name,
                                resource.getVersion(),
                                resource.getResource(),
                                resource.getAliasesList()));
            }
        }
        return new Received(
                response.getSystemVersionInfo(),
                response.getControlPlane().getIdentifier(),
                changed,
                response.getRemovedResourcesList(),
                false,
                problems,
                "");
    }

    /// Envoy: a virtual host without a body is the answer that there is none.
    private static boolean mayBeAbsent(ResourceType type) {
        return type == ResourceType.VIRTUAL_HOST;
    }

    @Override
    public void tell(Wanted wanted) {
        DeltaDiscoveryRequest.Builder request =
                DeltaDiscoveryRequest.newBuilder().setTypeUrl(wanted.type().typeUrl());
        if (introduced.add(wanted.type())) {
            // Envoy: who wants all and nothing else by name names nothing.
            boolean isOnlyAll = wanted.wantsAll() && wanted.names().size() == 1;
            request.addAllResourceNamesSubscribe(isOnlyAll ? List.of() : wanted.names())
                    .putAllInitialResourceVersions(wanted.versions());
        } else {
            request.addAllResourceNamesSubscribe(wanted.toSubscribe())
                    .addAllResourceNamesUnsubscribe(wanted.toUnsubscribe());
        }
        wanted.told();
        send(request);
    }

    @Override
    public void acknowledge(Wanted wanted, String nonce) {
        send(answer(wanted.type().typeUrl(), nonce));
    }

    @Override
    public void refuse(Wanted wanted, String nonce, String message) {
        send(answer(wanted.type().typeUrl(), nonce).setErrorDetail(DiscoveryCall.refusal(message)));
    }

    @Override
    public void refuseUnknown(String typeUrl, String nonce) {
        send(
                answer(typeUrl, nonce)
                        .setErrorDetail(
                                DiscoveryCall.refusal("type '" + typeUrl + "' was not asked for")));
    }

    private static DeltaDiscoveryRequest.Builder answer(String typeUrl, String nonce) {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(typeUrl).setResponseNonce(nonce);
    }

    private void send(DeltaDiscoveryRequest.Builder request) {
        if (!isNodeSent) {
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
