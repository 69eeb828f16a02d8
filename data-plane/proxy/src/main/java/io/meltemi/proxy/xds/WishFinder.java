package io.meltemi.proxy.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.ExtensionConfigSource;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SetFields;
import io.meltemi.xds.message.Anys;
import io.meltemi.xds.snapshot.ResourceType;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds what a resource needs of which source. Confined to one resource.
public final class WishFinder {
    private static final String CLUSTER = "envoy.config.cluster.v3.Cluster";
    private static final String ENDPOINTS = "envoy.config.endpoint.v3.ClusterLoadAssignment";
    private static final String ROUTES = "envoy.config.route.v3.RouteConfiguration";
    private static final String HTTP =
            "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    private static final String SECRET =
            "envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig";
    private static final String ANY = "google.protobuf.Any";

    /// What packed messages are looked into.
    private static final List<Class<? extends Message>> OPENED =
            List.of(
                    HttpConnectionManager.class,
                    DownstreamTlsContext.class,
                    UpstreamTlsContext.class,
                    ProxyProtocolUpstreamTransport.class);

    private final SourceCompiler sources;
    private final Set<Wish> found = new HashSet<>();

    private WishFinder(SourceCompiler sources) {
        this.sources = sources;
    }

    /// Everything a listener or cluster needs; refuses sources that cannot be used, by their path
    /// under `at`.
    public static Set<Wish> find(Message resource, SourceCompiler sources, ConfigPlace at) {
        WishFinder finder = new WishFinder(sources);
        finder.visit(SetFields.of(resource), at);
        return Set.copyOf(finder.found);
    }

    /// What an RDS configuration is asked for by.
    ///
    /// @return empty when its source was refused
    public static Optional<Wish.Key> routes(Rds rds, SourceCompiler sources) {
        XdsSource source = sources.compile(rds.getConfigSource(), ConfigPlace.root(""));
        return source == null
                ? Optional.empty()
                : Optional.of(new Wish.Key(source, ResourceType.ROUTE, rds.getRouteConfigName()));
    }

    /// What the scopes of a connection manager are asked for by.
    ///
    /// @return empty when their source was refused
    public static Optional<Wish.Key> scopes(ScopedRoutes routes, SourceCompiler sources) {
        XdsSource source =
                sources.compile(
                        routes.getScopedRds().getScopedRdsConfigSource(), ConfigPlace.root(""));
        return source == null
                ? Optional.empty()
                : Optional.of(new Wish.Key(source, ResourceType.SCOPED_ROUTE, Wish.ALL));
    }

    /// What a filter's configuration is asked for by.
    ///
    /// @return empty when its source was refused
    public static Optional<Wish.Key> extension(
            ConfigSource from, String name, SourceCompiler sources) {
        XdsSource source = sources.compile(from, ConfigPlace.root(""));
        return source == null
                ? Optional.empty()
                : Optional.of(new Wish.Key(source, ResourceType.EXTENSION, name));
    }

    private void visit(SetFields message, ConfigPlace at) {
        try {
            switch (message.type().getFullName()) {
                case CLUSTER -> {
                    endpoints(Cluster.parseFrom(message.bytes()), at);
                    fields(message, at);
                }
                case HTTP -> {
                    HttpConnectionManager http = HttpConnectionManager.parseFrom(message.bytes());
                    extensions(http, at);
                    routes(http, at);
                    fields(message, at);
                }
                case SECRET -> secret(SdsSecretConfig.parseFrom(message.bytes()), at);
                case ANY -> opened(Any.parseFrom(message.bytes()), at);
                // What is in them asks for nothing, and they are large.
                case ROUTES, ENDPOINTS -> {}
                default -> fields(message, at);
            }
        } catch (InvalidProtocolBufferException _) {
            // Whoever compiles the resource refuses it.
        }
    }

    private void fields(SetFields message, ConfigPlace at) {
        message.forEach((field, parts) -> {
            if (field.isMapField()) {
                return;
            }
            for (int i = 0; i < parts.size(); i++) {
                visit(parts.get(i), at.part(field, i));
            }
        });
    }

    private void opened(Any any, ConfigPlace at) throws InvalidProtocolBufferException {
        for (Class<? extends Message> type : OPENED) {
            if (Anys.is(any, type)) {
                visit(SetFields.of(Anys.unpack(any, type)), at);
            }
        }
    }

    private void endpoints(Cluster cluster, ConfigPlace at) {
        if (cluster.hasClusterType() || cluster.getType() != Cluster.DiscoveryType.EDS) {
            return;
        }
        var config = cluster.getEdsClusterConfig();
        String stats =
                cluster.getAltStatName().isEmpty() ? cluster.getName() : cluster.getAltStatName();
        add(
                ResourceType.ENDPOINT,
                config.getServiceName().isEmpty() ? cluster.getName() : config.getServiceName(),
                config.getEdsConfig(),
                "cluster." + stats + '.',
                at.field("eds_cluster_config").field("eds_config"));
    }

    private void extensions(HttpConnectionManager http, ConfigPlace at) {
        for (int i = 0; i < http.getHttpFiltersCount(); i++) {
            HttpFilter filter = http.getHttpFilters(i);
            ExtensionConfigSource discovery = filter.getConfigDiscovery();
            ConfigPlace place = at.element("http_filters", i).field("config_discovery");
            XdsSource source =
                    filter.hasConfigDiscovery()
                            ? sources.compile(
                                    discovery.getConfigSource(), place.field("config_source"))
                            : null;
            if (source != null) {
                found.add(
                        new Wish(
                                new Wish.Key(source, ResourceType.EXTENSION, filter.getName()),
                                SourceCompiler.initialFetchNanos(discovery.getConfigSource()),
                                "extension_config_discovery.http_filter." + filter.getName() + '.',
                                !discovery.getApplyDefaultConfigWithoutWarming()));
            }
        }
    }

    private void routes(HttpConnectionManager http, ConfigPlace at) {
        if (http.hasRds()) {
            String name = http.getRds().getRouteConfigName();
            add(
                    ResourceType.ROUTE,
                    name,
                    http.getRds().getConfigSource(),
                    "http." + http.getStatPrefix() + ".rds." + name + '.',
                    at.field("rds").field("config_source"));
        }
        if (http.getScopedRoutes().hasScopedRds()) {
            add(
                    ResourceType.SCOPED_ROUTE,
                    Wish.ALL,
                    http.getScopedRoutes().getScopedRds().getScopedRdsConfigSource(),
                    "http."
                            + http.getStatPrefix()
                            + ".scoped_rds."
                            + http.getScopedRoutes().getName()
                            + '.',
                    at.field("scoped_routes")
                            .field("scoped_rds")
                            .field("scoped_rds_config_source"));
        }
    }

    /// Without a source the secret is one of the bootstrap's.
    private void secret(SdsSecretConfig secret, ConfigPlace at) {
        if (secret.hasSdsConfig()) {
            add(
                    ResourceType.SECRET,
                    secret.getName(),
                    secret.getSdsConfig(),
                    "sds." + secret.getName() + '.',
                    at.field("sds_config"));
        } else {
            sources.staticSecret(secret.getName(), at.field("name"));
        }
    }

    private void add(
            ResourceType type, String name, ConfigSource source, String stats, ConfigPlace at) {
        XdsSource compiled = sources.compile(source, at);
        if (compiled != null) {
            found.add(
                    new Wish(
                            new Wish.Key(compiled, type, name),
                            SourceCompiler.initialFetchNanos(source),
                            stats));
        }
    }
}
