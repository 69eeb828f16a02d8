package io.meltemi.xds.snapshot;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// Puts what resources refer to into them, so that they can stand in a file. Thread-safe:
/// stateless.
public final class InlineResources {
    private InlineResources() {}

    /// With its endpoints.
    public static Cluster cluster(Cluster cluster, XdsSnapshot snapshot)
            throws InvalidProtocolBufferException {
        if (cluster.getType() != DiscoveryType.EDS) {
            return cluster;
        }
        XdsResource endpoints = required(snapshot, ResourceType.ENDPOINT, cluster.getName());
        return cluster.toBuilder()
                .setType(DiscoveryType.STATIC)
                .clearEdsClusterConfig()
                .setLoadAssignment(ClusterLoadAssignment.parseFrom(endpoints.body().getValue()))
                .build();
    }

    /// With the routes of its connection managers.
    ///
    /// @param more is done to each manager whose routes are put in
    public static Listener listener(
            Listener listener, XdsSnapshot snapshot, Consumer<HttpConnectionManager.Builder> more)
            throws InvalidProtocolBufferException {
        Listener.Builder out = listener.toBuilder();
        for (FilterChain.Builder chain : out.getFilterChainsBuilderList()) {
            for (Filter.Builder filter : chain.getFiltersBuilderList()) {
                if (filter.getTypedConfig().is(HttpConnectionManager.class)) {
                    filter.setTypedConfig(manager(filter.getTypedConfig(), snapshot, more));
                }
            }
            Any socket = chain.getTransportSocket().getTypedConfig();
            if (socket.is(DownstreamTlsContext.class)) {
                DownstreamTlsContext.Builder tls =
                        socket.unpack(DownstreamTlsContext.class).toBuilder();
                inline(tls.getCommonTlsContextBuilder(), snapshot);
                chain.getTransportSocketBuilder().setTypedConfig(Any.pack(tls.build()));
            }
        }
        return out.build();
    }

    /// The secrets, for a file in which the listeners refer to them.
    public static List<Secret> secrets(XdsSnapshot snapshot) throws InvalidProtocolBufferException {
        List<Secret> secrets = new ArrayList<>();
        for (XdsResource resource : snapshot.of(ResourceType.SECRET).values()) {
            secrets.add(Secret.parseFrom(resource.body().getValue()));
        }
        return secrets;
    }

    private static void inline(CommonTlsContext.Builder tls, XdsSnapshot snapshot) {
        tls.getTlsCertificateSdsSecretConfigsBuilderList()
                .forEach(config -> inline(config, snapshot));
        if (tls.hasCombinedValidationContext()) {
            inline(
                    tls.getCombinedValidationContextBuilder()
                            .getValidationContextSdsSecretConfigBuilder(),
                    snapshot);
        }
    }

    private static void inline(SdsSecretConfig.Builder config, XdsSnapshot snapshot) {
        if (snapshot.of(ResourceType.SECRET).containsKey(config.getName())) {
            config.clearSdsConfig();
        }
    }

    private static Any manager(
            Any config, XdsSnapshot snapshot, Consumer<HttpConnectionManager.Builder> more)
            throws InvalidProtocolBufferException {
        HttpConnectionManager manager = config.unpack(HttpConnectionManager.class);
        if (!manager.hasRds()) {
            return config;
        }
        XdsResource routes =
                required(snapshot, ResourceType.ROUTE, manager.getRds().getRouteConfigName());
        HttpConnectionManager.Builder out =
                manager.toBuilder()
                        .setRouteConfig(RouteConfiguration.parseFrom(routes.body().getValue()));
        more.accept(out);
        return Any.pack(out.build());
    }

    /// @throws NullPointerException naming what is missing
    public static XdsResource required(XdsSnapshot snapshot, ResourceType type, String name) {
        return Objects.requireNonNull(
                snapshot.of(type).get(name), () -> "snapshot has no " + type + " " + name);
    }
}
