package io.meltemi.server.configuration;

import io.meltemi.server.status.ConnectedProxy;
import io.meltemi.server.status.ProxyBoard;
import io.meltemi.xds.proto.control.ProxyConfigRequest;
import io.meltemi.xds.proto.control.ProxyConfigResponse;
import io.meltemi.xds.proto.control.ProxyResource;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/// What a connected proxy should have. Thread-safe: without state of its own.
final class ProxyConfig {
    private static final int MOST_NAMES = 50;

    private final ProxyBoard proxies;
    private final LongFunction<Optional<XdsSnapshot>> given;

    /// @param given what each stream was given last
    ProxyConfig(ProxyBoard proxies, LongFunction<Optional<XdsSnapshot>> given) {
        this.proxies = proxies;
        this.given = given;
    }

    /// @throws IllegalArgumentException when no such proxy is connected, or there is no such type
    ProxyConfigResponse of(ProxyConfigRequest request) {
        List<ResourceType> types =
                request.getTypesList().isEmpty()
                        ? List.of(ResourceType.values())
                        : request.getTypesList().stream().map(ResourceType::valueOf).toList();
        ConnectedProxy proxy = proxy(request.getNode());
        XdsSnapshot snapshot = given.apply(proxy.stream()).orElse(XdsSnapshot.EMPTY);
        ProxyConfigResponse.Builder response =
                ProxyConfigResponse.newBuilder()
                        .setProxy(proxy.status())
                        .setSnapshotVersion(snapshot.version());
        for (ResourceType type : types) {
            snapshot.of(type)
                    .values()
                    .forEach(resource ->
                            response.addResources(
                                    ProxyResource.newBuilder()
                                            .setType(type.name())
                                            .setName(resource.name())
                                            .setVersion(resource.version())
                                            .setBody(resource.body())));
        }
        return response.build();
    }

    private ConnectedProxy proxy(String node) {
        List<ConnectedProxy> all = proxies.connected();
        return all.stream()
                .filter(proxy -> proxy.name().equals(node) || proxy.node().getId().equals(node))
                // Of one that has just come again, the stream that lives.
                .max(java.util.Comparator.comparingLong(ConnectedProxy::stream))
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no proxy '%s' is connected; there are %s"
                                        .formatted(node, names(all))));
    }

    private static String names(List<ConnectedProxy> all) {
        return all.isEmpty()
                ? "none"
                : all.stream()
                        .map(ConnectedProxy::name)
                        .distinct()
                        .limit(MOST_NAMES)
                        .collect(Collectors.joining(", "));
    }
}
