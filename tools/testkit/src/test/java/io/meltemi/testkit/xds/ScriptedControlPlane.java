package io.meltemi.testkit.xds;

import io.envoyproxy.envoy.config.core.v3.ControlPlane;
import io.envoyproxy.envoy.service.cluster.v3.ClusterDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.envoyproxy.envoy.service.endpoint.v3.EndpointDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.extension.v3.ExtensionConfigDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.listener.v3.ListenerDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.RouteDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.ScopedRoutesDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.VirtualHostDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.runtime.v3.RuntimeDiscoveryServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.meltemi.testkit.Deadline;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// A control plane that says what a test tells it, on ADS or a stream for each type, in either
/// dialect, and remembers what it is asked. Thread-safe.
final class ScriptedControlPlane implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);

    /// A response of either dialect on its way out.
    private record Response(
            ResourceType type,
            String version,
            String nonce,
            List<XdsResource> resources,
            List<String> removed) {}

    private record Stream(Consumer<Response> out, Consumer<Status> end) {}

    private final Server server;

    /// Guarded by this: the newest stream that asked for a type.
    private final Map<ResourceType, Stream> streams = new EnumMap<>(ResourceType.class);

    /// Guarded by this.
    private final Map<ResourceType, List<String>> requests = new EnumMap<>(ResourceType.class);

    /// Guarded by this.
    private int nonces;

    ScriptedControlPlane() throws IOException {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        add(
                builder,
                AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod(),
                AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod());
        add(
                builder,
                ClusterDiscoveryServiceGrpc.getStreamClustersMethod(),
                ClusterDiscoveryServiceGrpc.getDeltaClustersMethod());
        add(
                builder,
                EndpointDiscoveryServiceGrpc.getStreamEndpointsMethod(),
                EndpointDiscoveryServiceGrpc.getDeltaEndpointsMethod());
        add(
                builder,
                ListenerDiscoveryServiceGrpc.getStreamListenersMethod(),
                ListenerDiscoveryServiceGrpc.getDeltaListenersMethod());
        add(
                builder,
                ExtensionConfigDiscoveryServiceGrpc.getStreamExtensionConfigsMethod(),
                ExtensionConfigDiscoveryServiceGrpc.getDeltaExtensionConfigsMethod());
        add(
                builder,
                RouteDiscoveryServiceGrpc.getStreamRoutesMethod(),
                RouteDiscoveryServiceGrpc.getDeltaRoutesMethod());
        add(
                builder,
                ScopedRoutesDiscoveryServiceGrpc.getStreamScopedRoutesMethod(),
                ScopedRoutesDiscoveryServiceGrpc.getDeltaScopedRoutesMethod());
        builder.addService(
                ServerServiceDefinition.builder(VirtualHostDiscoveryServiceGrpc.SERVICE_NAME)
                        .addMethod(
                                VirtualHostDiscoveryServiceGrpc.getDeltaVirtualHostsMethod(),
                                ServerCalls.asyncBidiStreamingCall(this::delta))
                        .build());
        add(
                builder,
                RuntimeDiscoveryServiceGrpc.getStreamRuntimeMethod(),
                RuntimeDiscoveryServiceGrpc.getDeltaRuntimeMethod());
        server = builder.build().start();
    }

    private void add(
            NettyServerBuilder builder,
            MethodDescriptor<DiscoveryRequest, DiscoveryResponse> world,
            MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta) {
        builder.addService(
                ServerServiceDefinition.builder(String.valueOf(world.getServiceName()))
                        .addMethod(world, ServerCalls.asyncBidiStreamingCall(this::world))
                        .addMethod(delta, ServerCalls.asyncBidiStreamingCall(this::delta))
                        .build());
    }

    int port() {
        return server.getPort();
    }

    private StreamObserver<DiscoveryRequest> world(StreamObserver<DiscoveryResponse> out) {
        Stream stream =
                new Stream(
                        response -> out.onNext(world(response)),
                        status -> out.onError(status.asRuntimeException()));
        return receiving(request -> took(request.getTypeUrl(), stream, line(request)));
    }

    private StreamObserver<DeltaDiscoveryRequest> delta(
            StreamObserver<DeltaDiscoveryResponse> out) {
        Stream stream =
                new Stream(
                        response -> out.onNext(delta(response)),
                        status -> out.onError(status.asRuntimeException()));
        return receiving(request -> took(request.getTypeUrl(), stream, line(request)));
    }

    private static <T> StreamObserver<T> receiving(Consumer<T> each) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T request) {
                each.accept(request);
            }

            @Override
            public void onError(Throwable cause) {}

            @Override
            public void onCompleted() {}
        };
    }

    private static DiscoveryResponse world(Response response) {
        DiscoveryResponse.Builder out =
                DiscoveryResponse.newBuilder()
                        .setTypeUrl(response.type().typeUrl())
                        .setVersionInfo(response.version())
                        .setControlPlane(ControlPlane.newBuilder().setIdentifier("scripted"))
                        .setNonce(response.nonce());
        response.resources().forEach(resource -> out.addResources(resource.body()));
        return out.build();
    }

    private static DeltaDiscoveryResponse delta(Response response) {
        DeltaDiscoveryResponse.Builder out =
                DeltaDiscoveryResponse.newBuilder()
                        .setTypeUrl(response.type().typeUrl())
                        .setSystemVersionInfo(response.version())
                        .setControlPlane(ControlPlane.newBuilder().setIdentifier("scripted"))
                        .addAllRemovedResources(response.removed())
                        .setNonce(response.nonce());
        for (XdsResource resource : response.resources()) {
            Resource.Builder one =
                    out.addResourcesBuilder()
                            .setName(resource.name())
                            .setVersion(response.version())
                            .addAllAliases(resource.aliases());
            if (resource.exists()) {
                one.setResource(resource.body());
            }
        }
        return out.build();
    }

    /// What a request says, without the words of a refusal: those are each proxy's own.
    private static String line(DiscoveryRequest request) {
        return "names "
                + new TreeSet<>(request.getResourceNamesList())
                + " version '"
                + request.getVersionInfo()
                + "' nonce '"
                + request.getResponseNonce()
                + "' error "
                + request.getErrorDetail().getCode()
                + " node "
                + request.hasNode();
    }

    private static String line(DeltaDiscoveryRequest request) {
        return "subscribe "
                + new TreeSet<>(request.getResourceNamesSubscribeList())
                + " unsubscribe "
                + new TreeSet<>(request.getResourceNamesUnsubscribeList())
                + " initial "
                + new TreeMap<>(request.getInitialResourceVersionsMap())
                + " nonce '"
                + request.getResponseNonce()
                + "' error "
                + request.getErrorDetail().getCode();
    }

    private synchronized void took(String typeUrl, Stream stream, String line) {
        ResourceType type = ResourceType.of(typeUrl).orElseThrow();
        streams.put(type, stream);
        requests.computeIfAbsent(type, _ -> new ArrayList<>()).add(line);
    }

    /// Waits until a type is asked for, and answers.
    ///
    /// @param removed names that are gone, which only changes-only streams can say
    /// @return the nonce
    String respond(
            ResourceType type, String version, List<XdsResource> resources, List<String> removed)
            throws IOException {
        Deadline.await("a stream of " + type, SOON, () -> stream(type), this::toString);
        synchronized (this) {
            String nonce = "n" + ++nonces;
            Stream stream = streams.get(type);
            if (stream == null) {
                throw new IOException("the stream of " + type + " is gone");
            }
            stream.out.accept(new Response(type, version, nonce, resources, removed));
            return nonce;
        }
    }

    /// The same, and waits until it is answered.
    void respondAndAwait(
            ResourceType type, String version, List<XdsResource> resources, List<String> removed)
            throws IOException {
        String nonce = respond(type, version, resources, removed);
        awaitRequest(type, "nonce '" + nonce + "'");
    }

    void awaitRequest(ResourceType type, String part) throws IOException {
        Deadline.await(
                type + " with " + part,
                SOON,
                () -> requests(type).stream().anyMatch(line -> line.contains(part)),
                this::toString);
    }

    private synchronized boolean stream(ResourceType type) {
        return streams.containsKey(type);
    }

    synchronized List<String> requests(ResourceType type) {
        return List.copyOf(requests.getOrDefault(type, List.of()));
    }

    /// All that was asked, type by type.
    synchronized List<String> transcript() {
        List<String> all = new ArrayList<>();
        requests.forEach((type, lines) -> lines.forEach(line -> all.add(type + " " + line)));
        return all;
    }

    /// Ends every stream, as a control plane that restarts does; what was asked is forgotten.
    synchronized void disconnect() {
        new ArrayList<>(new java.util.HashSet<>(streams.values()))
                .forEach(stream -> stream.end.accept(Status.UNAVAILABLE));
        streams.clear();
        requests.clear();
    }

    @Override
    public synchronized String toString() {
        return String.join("\n", transcript());
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
