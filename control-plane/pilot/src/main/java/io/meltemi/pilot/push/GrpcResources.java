package io.meltemi.pilot.push;

import io.meltemi.model.config.PeerAuthentication.Mode;
import io.meltemi.model.config.WorkloadSpec;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.InboundPort;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.Place;
import io.meltemi.pilot.scope.PortEndpoint;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.pilot.scope.Viewer;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.endpoint.EndpointInput;
import io.meltemi.pilot.translate.grpc.GrpcClusterInput;
import io.meltemi.pilot.translate.grpc.GrpcListenerInput;
import io.meltemi.pilot.translate.grpc.GrpcRouteInput;
import io.meltemi.pilot.translate.grpc.GrpcServerInput;
import io.meltemi.pilot.translate.grpc.GrpcServerInput.Transport;
import io.meltemi.pilot.translate.route.VirtualHostDomains;
import io.meltemi.xds.snapshot.LayeredResources;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.SharedLayer;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What programs get whose gRPC library speaks xDS itself. Confined to Pilot's lock.
///
/// They ask for what they use by its name; here is all that they could ask for, shared like that of
/// sidecars.
final class GrpcResources {
    /// Istio: the label of an instance that takes mutual TLS.
    private static final String TLS_MODE = "security.istio.io/tlsMode";

    private final MeshView mesh;
    private final TranslationCache cache;
    private final SharedResources shared;

    private record ClustersOf(Viewer viewer, Place caller) {}

    private record EndpointsOf(Viewer viewer, Place caller) {}

    private record ListenersOf(Caller caller, Place place) {}

    private record RoutesOf(Caller caller) {}

    GrpcResources(MeshView mesh, TranslationCache cache, SharedResources shared) {
        this.mesh = mesh;
        this.cache = cache;
        this.shared = shared;
    }

    Map<ResourceType, Map<String, XdsResource>> translate(ProxyNode node) {
        Caller caller = mesh.caller(node);
        Place place = mesh.place(node);
        Map<String, XdsResource> servers = new LinkedHashMap<>();
        servers(node).forEach(server -> servers.put(server.name(), server));
        Map<ResourceType, Map<String, XdsResource>> all = new EnumMap<>(ResourceType.class);
        all.put(ResourceType.CLUSTER, alone(clusters(caller.viewer(), place)));
        all.put(ResourceType.ENDPOINT, alone(endpoints(caller.viewer(), place)));
        all.put(ResourceType.LISTENER, LayeredResources.of(listeners(caller, place), servers));
        all.put(ResourceType.ROUTE, alone(routes(caller)));
        return all;
    }

    private static Map<String, XdsResource> alone(SharedLayer layer) {
        return LayeredResources.of(layer, Map.of());
    }

    private SharedLayer clusters(Viewer viewer, Place place) {
        return shared.layers()
                .once(
                        new ClustersOf(viewer, place),
                        MadeOf.clusters(viewer),
                        () ->
                                shared.clusterInputs(viewer, place).stream()
                                        .flatMap(input -> GrpcClusterInput.of(input).stream())
                                        .map(input ->
                                                cache.resource(
                                                        ResourceType.CLUSTER,
                                                        input.name(),
                                                        input,
                                                        GrpcClusterInput::translate))
                                        .toList());
    }

    /// The same as those of sidecars, but for sockets in files, which gRPC refuses.
    private SharedLayer endpoints(Viewer viewer, Place place) {
        return shared.layers()
                .once(
                        new EndpointsOf(viewer, place),
                        MadeOf.scope(viewer),
                        () ->
                                shared.endpointInputs(viewer, place).stream()
                                        .map(GrpcResources::withoutFiles)
                                        .map(shared::endpoints)
                                        .toList());
    }

    private static EndpointInput withoutFiles(EndpointInput input) {
        List<PortEndpoint> left =
                input.endpoints().stream()
                        .filter(e -> !e.workload().address().startsWith(WorkloadSpec.UNIX))
                        .toList();
        return left.size() == input.endpoints().size()
                ? input
                : new EndpointInput(
                        input.cluster(), left, input.tellsTlsMode(), input.preference());
    }

    /// One under each name of each port of a service that can be called.
    private SharedLayer listeners(Caller caller, Place place) {
        return shared.layers()
                .once(
                        new ListenersOf(caller, place),
                        MadeOf.routes(caller),
                        () -> {
                            var callable = clusters(caller.viewer(), place).resources();
                            List<XdsResource> all = new ArrayList<>();
                            VirtualHostDomains.ofServices(shared.routesOf(caller).forwardProxy())
                                    .forEach((service, names) -> {
                                        String cluster =
                                                ClusterNames.outbound(
                                                        service.port().number(),
                                                        "",
                                                        service.service().hostname().value());
                                        if (callable.containsKey(cluster)) {
                                            names.forEach(name -> all.add(listener(name, cluster)));
                                        }
                                    });
                            return all;
                        });
    }

    private XdsResource listener(String name, String routes) {
        return cache.resource(
                ResourceType.LISTENER,
                name,
                new GrpcListenerInput(name, routes),
                GrpcListenerInput::translate);
    }

    private SharedLayer routes(Caller caller) {
        return shared.layers()
                .once(
                        new RoutesOf(caller),
                        MadeOf.routes(caller),
                        () ->
                                shared.routesOf(caller).ofServices().stream()
                                        .map(GrpcRouteInput::new)
                                        .map(input ->
                                                cache.resource(
                                                        ResourceType.ROUTE,
                                                        input.name(),
                                                        input,
                                                        GrpcRouteInput::translate))
                                        .toList());
    }

    /// One for each address on which a server of this program may listen for its port.
    private List<XdsResource> servers(ProxyNode node) {
        List<XdsResource> all = new ArrayList<>();
        for (InboundPort port : mesh.inboundPorts(node)) {
            Stream.of("0.0.0.0", "::", "127.0.0.1", "::1", node.address())
                    .distinct()
                    .forEach(host -> all.add(server(node, host, port.number())));
        }
        return all;
    }

    private XdsResource server(ProxyNode node, String host, int port) {
        GrpcServerInput input =
                new GrpcServerInput(
                        host,
                        port,
                        transport(node, port),
                        mesh.policies(node, () -> shared.scope(mesh.caller(node).viewer()))
                                .authorization());
        return cache.resource(
                ResourceType.LISTENER, input.name(), input, GrpcServerInput::translate);
    }

    /// Istio: what would take both takes plain text, unless its label says that callers will come
    /// with TLS.
    private Transport transport(ProxyNode node, int port) {
        Mode mode = mesh.peerModes().mode(node.namespace(), node.labels(), port);
        boolean announced =
                Optional.ofNullable(node.labels().get(TLS_MODE))
                        .filter("istio"::equals)
                        .isPresent();
        return switch (mode) {
            case STRICT -> Transport.MUTUAL_TLS;
            case DISABLE -> Transport.PLAIN_TEXT;
            case PERMISSIVE, UNSET -> announced ? Transport.MUTUAL_TLS : Transport.PLAIN_TEXT;
        };
    }
}
