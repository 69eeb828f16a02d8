package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.CodecType;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.SetCurrentClientCertDetails;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.meltemi.model.config.PathNormalization;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.route.CorsPolicies;
import io.meltemi.pilot.translate.route.Faults;
import io.meltemi.pilot.translate.route.SpokenMark;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The HTTP connection managers of a sidecar's two sides and of a gateway. Thread-safe: pure.
final class HttpConnections {
    private static final String MANAGER = "envoy.filters.network.http_connection_manager";

    private HttpConnections() {}

    /// Between the application and its sidecar.
    static Filter outbound(
            String statPrefix,
            String routes,
            RequestSettings requests,
            Observability observability) {
        HttpConnectionManager.Builder manager =
                manager(statPrefix, requests.paths(), observability, "outbound")
                        .setRds(rds(routes))
                        .setUseRemoteAddress(Protos.FALSE);
        return filter(manager, List.of(), requests.marksSpoken());
    }

    /// Between the world and a gateway: nothing that a client says of itself is believed.
    ///
    /// @param policies the filters that decide about a request, in their order
    static Filter gateway(
            String statPrefix,
            String routes,
            RequestSettings requests,
            Observability observability,
            List<HttpFilter> policies) {
        HttpConnectionManager.Builder manager =
                manager(statPrefix, requests.paths(), observability, "outbound")
                        .setRds(rds(routes))
                        .setUseRemoteAddress(Protos.TRUE)
                        .setServerName("istio-envoy")
                        .setForwardClientCertDetails(ForwardClientCertDetails.SANITIZE_SET)
                        .setSetCurrentClientCertDetails(clientCertificate());
        return filter(manager, policies, requests.marksSpoken());
    }

    /// Between a sidecar and its callers.
    ///
    /// @param policies the filters that decide about a call, in their order
    /// @param longestAge after which a connection is ended, so that new keys come into use
    static Filter inbound(
            String statPrefix,
            RouteConfiguration routes,
            PathNormalization paths,
            Observability observability,
            List<HttpFilter> policies,
            Optional<Duration> longestAge) {
        HttpConnectionManager.Builder manager =
                manager(statPrefix, paths, observability, "inbound")
                        .setRouteConfig(routes)
                        .setUseRemoteAddress(Protos.FALSE)
                        .setServerName("istio-envoy")
                        .setForwardClientCertDetails(ForwardClientCertDetails.APPEND_FORWARD)
                        .setSetCurrentClientCertDetails(clientCertificate());
        longestAge.ifPresent(age ->
                manager.setCommonHttpProtocolOptions(
                                HttpProtocolOptions.newBuilder()
                                        .setMaxConnectionDuration(Protos.duration(age)))
                        // Else an idle connection is closed while its next request is on its way.
                        .setHttp1SafeMaxConnectionDuration(true));
        return filter(manager, policies, false);
    }

    private static HttpConnectionManager.Builder manager(
            String statPrefix,
            PathNormalization paths,
            Observability observability,
            String direction) {
        HttpConnectionManager.Builder manager =
                HttpConnectionManager.newBuilder()
                        .setCodecType(CodecType.AUTO)
                        .setStatPrefix(statPrefix)
                        .setStreamIdleTimeout(Protos.ZERO)
                        .addUpgradeConfigs(UpgradeConfig.newBuilder().setUpgradeType("websocket"))
                        .addAllAccessLog(AccessLogs.http(observability, direction));
        normalize(manager, paths);
        observability
                .side(direction)
                .spans()
                .ifPresent(spans -> manager.setTracing(Tracers.translate(spans)));
        return manager;
    }

    private static void normalize(HttpConnectionManager.Builder manager, PathNormalization paths) {
        manager.setNormalizePath(paths == PathNormalization.NONE ? Protos.FALSE : Protos.TRUE);
        switch (paths) {
            case NONE, BASE -> {}
            case MERGE_SLASHES -> manager.setMergeSlashes(true);
            case DECODE_AND_MERGE_SLASHES ->
                    manager.setMergeSlashes(true)
                            .setPathWithEscapedSlashesAction(
                                    PathWithEscapedSlashesAction.UNESCAPE_AND_FORWARD);
        }
    }

    private static Filter filter(
            HttpConnectionManager.Builder manager, List<HttpFilter> policies, boolean marksSpoken) {
        manager.addAllHttpFilters(policies);
        if (marksSpoken) {
            manager.addHttpFilters(SpokenMark.filter());
        }
        manager.addHttpFilters(
                        HttpFilter.newBuilder()
                                .setName(Faults.FILTER)
                                .setTypedConfig(Protos.any(HTTPFault.getDefaultInstance())))
                .addHttpFilters(
                        HttpFilter.newBuilder()
                                .setName(CorsPolicies.FILTER)
                                .setTypedConfig(Protos.any(Cors.getDefaultInstance())))
                .addHttpFilters(
                        HttpFilter.newBuilder()
                                .setName("envoy.filters.http.router")
                                .setTypedConfig(Protos.any(Router.getDefaultInstance())));
        return Filter.newBuilder()
                .setName(MANAGER)
                .setTypedConfig(Protos.any(manager.build()))
                .build();
    }

    private static Rds rds(String routes) {
        return Rds.newBuilder().setConfigSource(Protos.ads()).setRouteConfigName(routes).build();
    }

    private static SetCurrentClientCertDetails clientCertificate() {
        return SetCurrentClientCertDetails.newBuilder()
                .setSubject(Protos.TRUE)
                .setDns(true)
                .setUri(true)
                .build();
    }
}
