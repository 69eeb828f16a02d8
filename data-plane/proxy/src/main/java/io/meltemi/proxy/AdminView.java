package io.meltemi.proxy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.admin.v3.BootstrapConfigDump;
import io.envoyproxy.envoy.admin.v3.ClustersConfigDump;
import io.envoyproxy.envoy.admin.v3.ConfigDump;
import io.envoyproxy.envoy.admin.v3.EndpointsConfigDump;
import io.envoyproxy.envoy.admin.v3.ListenersConfigDump;
import io.envoyproxy.envoy.admin.v3.RoutesConfigDump;
import io.envoyproxy.envoy.admin.v3.ServerInfo;
import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.meltemi.proxy.admin.AdminReply;
import io.meltemi.proxy.admin.AdminServer;
import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointCounters;
import io.meltemi.proxy.cluster.Health;
import io.meltemi.proxy.config.Extensions;
import io.meltemi.proxy.observe.stats.StatsQuery;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// Answers Envoy's admin paths from the proxy's state. Thread-safe.
final class AdminView {
    private static final String HELP =
            """
            admin commands are:
              /: this page
              /clusters: upstream cluster status
              /config_dump: current configuration as JSON
              /drain_listeners (POST): stop accepting connections, end open ones gracefully
              /healthcheck/fail (POST): make /ready fail
              /healthcheck/ok (POST): make /ready work again
              /help: this page
              /listeners: listener names and addresses
              /quitquitquit (POST): end the proxy
              /ready: LIVE when the proxy is ready
              /server_info: version, state, uptime
              /stats: statistics; ?filter=REGEX, ?usedonly, ?format=json|prometheus
              /stats/prometheus: statistics in Prometheus' format
            """;

    private final ProxyRuntime runtime;
    private final ActiveConfiguration configuration;
    private final Runnable onQuit;

    AdminView(ProxyRuntime runtime, ActiveConfiguration configuration, Runnable onQuit) {
        this.runtime = runtime;
        this.configuration = configuration;
        this.onQuit = onQuit;
    }

    AdminServer start(Admin admin) throws IOException {
        SocketAddress address =
                admin.getAddress().hasPipe()
                        ? new DomainSocketAddress(admin.getAddress().getPipe().getPath())
                        : new InetSocketAddress(
                                InetAddress.getByName(
                                        admin.getAddress().getSocketAddress().getAddress()),
                                admin.getAddress().getSocketAddress().getPortValue());
        Worker first = runtime.workers().getFirst();
        return AdminServer.start(first.eventLoop(), this::reply, address, Epoll.isAvailable());
    }

    private AdminReply reply(String method, String target) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        Map<String, String> query = question < 0 ? Map.of() : query(target.substring(question + 1));
        boolean post = method.equals("POST");
        return switch (path) {
            case "/", "/help" -> AdminReply.text(200, HELP);
            case "/ready" -> ready();
            case "/server_info" -> AdminReply.json(json(serverInfo()));
            case "/listeners" -> listeners(query);
            case "/clusters" -> AdminReply.text(200, clusters());
            case "/config_dump" -> AdminReply.json(json(configDump()));
            case "/stats" -> stats(query);
            case "/stats/prometheus" -> prometheus(query);
            case "/drain_listeners" -> changing(post, configuration::drainListeners);
            case "/healthcheck/fail" -> changing(post, () -> runtime.setHealthCheckFailed(true));
            case "/healthcheck/ok" -> changing(post, () -> runtime.setHealthCheckFailed(false));
            case "/quitquitquit" -> changing(post, onQuit);
            default -> AdminReply.text(404, "invalid path. admin commands are listed at /help\n");
        };
    }

    private static AdminReply changing(boolean post, Runnable change) {
        if (!post) {
            return AdminReply.text(405, "Method GET not allowed, POST required.");
        }
        change.run();
        return AdminReply.text(200, "OK\n");
    }

    private static Map<String, String> query(String text) {
        Map<String, String> values = new HashMap<>();
        for (String part : text.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? "" : part.substring(equals + 1);
            values.put(name, URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return values;
    }

    private ServerInfo.State state() {
        if (runtime.isHealthCheckFailed() || runtime.isDraining()) {
            return ServerInfo.State.DRAINING;
        }
        return configuration.isReady() ? ServerInfo.State.LIVE : ServerInfo.State.INITIALIZING;
    }

    private AdminReply ready() {
        ServerInfo.State state = state();
        return AdminReply.text(state == ServerInfo.State.LIVE ? 200 : 503, state + "\n");
    }

    private ServerInfo serverInfo() {
        return ServerInfo.newBuilder()
                .setVersion("meltemi/0.1.0")
                .setState(state())
                .setUptimeCurrentEpoch(
                        com.google.protobuf.Duration.newBuilder()
                                .setSeconds(runtime.uptimeSeconds()))
                .setUptimeAllEpochs(
                        com.google.protobuf.Duration.newBuilder()
                                .setSeconds(runtime.uptimeSeconds()))
                .setNode(runtime.bootstrap().getNode())
                .build();
    }

    private AdminReply listeners(Map<String, String> query) {
        StringBuilder text = new StringBuilder();
        if ("json".equals(query.get("format"))) {
            var all = io.envoyproxy.envoy.admin.v3.Listeners.newBuilder();
            configuration
                    .boundAddresses()
                    .forEach((name, address) ->
                            all.addListenerStatusesBuilder()
                                    .setName(name)
                                    .setLocalAddress(proto(address)));
            return AdminReply.json(json(all.build()));
        }
        configuration
                .boundAddresses()
                .forEach((name, address) ->
                        text.append(name).append("::").append(Worker.text(address)).append('\n'));
        return AdminReply.text(200, text.toString());
    }

    private static io.envoyproxy.envoy.config.core.v3.Address proto(SocketAddress address) {
        var proto = io.envoyproxy.envoy.config.core.v3.Address.newBuilder();
        if (address instanceof InetSocketAddress inet) {
            proto.getSocketAddressBuilder()
                    .setAddress(inet.getAddress().getHostAddress())
                    .setPortValue(inet.getPort());
        } else {
            proto.getPipeBuilder().setPath(Worker.text(address));
        }
        return proto.build();
    }

    private AdminReply stats(Map<String, String> query) {
        try {
            StatsQuery wanted =
                    StatsQuery.of(query.containsKey("usedonly"), query.getOrDefault("filter", ""));
            return switch (query.getOrDefault("format", "text")) {
                case "json" -> AdminReply.json(runtime.stats().json(wanted));
                case "prometheus" -> AdminReply.text(200, runtime.stats().prometheus(wanted));
                default -> AdminReply.text(200, runtime.stats().text(wanted));
            };
        } catch (IllegalArgumentException e) {
            return AdminReply.text(400, e.getMessage() + "\n");
        }
    }

    private AdminReply prometheus(Map<String, String> query) {
        Map<String, String> with = new HashMap<>(query);
        with.put("format", "prometheus");
        return stats(with);
    }

    private String clusters() {
        return configuration.read(view -> {
            StringBuilder text = new StringBuilder();
            view.clusters().values().forEach(each -> cluster(each, text));
            return text.toString();
        });
    }

    private static void cluster(ActiveCluster active, StringBuilder out) {
        String name = active.name();
        out.append(name).append("::observability_name::").append(name).append('\n');
        breakers(name, "default", active.cluster.breakers(false), out);
        breakers(name, "high", active.cluster.breakers(true), out);
        out.append(name).append("::added_via_api::").append(!active.isStatic).append('\n');
        for (Endpoint endpoint : active.cluster.endpoints().all()) {
            endpoint(name + "::" + endpoint.addressText().text() + "::", endpoint, out);
        }
    }

    private static void breakers(
            String name, String priority, CircuitBreakers breakers, StringBuilder out) {
        String prefix = name + "::" + priority + "_priority::max_";
        out.append(prefix).append("connections::").append(unsigned(breakers.connections.limit()));
        out.append('\n').append(prefix).append("pending_requests::");
        out.append(unsigned(breakers.pendingRequests.limit())).append('\n');
        out.append(prefix).append("requests::").append(unsigned(breakers.requests.limit()));
        out.append('\n').append(prefix).append("retries::");
        out.append(unsigned(breakers.retries.limit())).append('\n');
    }

    /// No limit is Envoy's largest number.
    private static long unsigned(int limit) {
        return limit == Integer.MAX_VALUE ? 4294967295L : limit;
    }

    private static void endpoint(String prefix, Endpoint endpoint, StringBuilder out) {
        EndpointCounters counters = endpoint.counters();
        out.append(prefix).append("cx_active::").append(counters.activeConnections).append('\n');
        out.append(prefix).append("cx_connect_fail::").append(counters.connectFailures);
        out.append('\n').append(prefix).append("cx_total::").append(counters.connections);
        out.append('\n').append(prefix).append("rq_active::").append(endpoint.activeRequests());
        out.append('\n').append(prefix).append("rq_error::").append(counters.requestErrors);
        out.append('\n').append(prefix).append("rq_success::").append(counters.requestSuccesses);
        out.append('\n').append(prefix).append("rq_timeout::").append(counters.requestTimeouts);
        out.append('\n').append(prefix).append("rq_total::").append(counters.requests);
        out.append('\n').append(prefix).append("hostname::");
        out.append(endpoint.definition().hostname()).append('\n');
        out.append(prefix).append("health_flags::").append(flags(endpoint)).append('\n');
        out.append(prefix).append("weight::").append(endpoint.weight()).append('\n');
        Endpoint.Locality where = endpoint.definition().locality();
        out.append(prefix).append("region::").append(where.region()).append('\n');
        out.append(prefix).append("zone::").append(where.zone()).append('\n');
        out.append(prefix).append("sub_zone::").append(where.subZone()).append('\n');
        out.append(prefix).append("priority::").append(endpoint.definition().priority());
        out.append('\n');
    }

    private static String flags(Endpoint endpoint) {
        StringBuilder flags = new StringBuilder();
        if (endpoint.isEjected()) {
            flags.append("/failed_outlier_check");
        }
        if (endpoint.health() == Health.UNHEALTHY) {
            flags.append("/failed_eds_health");
        } else if (endpoint.health() == Health.DEGRADED) {
            flags.append("/eds_degraded_health");
        }
        return flags.isEmpty() ? "healthy" : flags.toString();
    }

    private ConfigDump configDump() {
        return configuration.read(view ->
                ConfigDump.newBuilder()
                        .addConfigs(
                                Any.pack(
                                        BootstrapConfigDump.newBuilder()
                                                .setBootstrap(runtime.bootstrap())
                                                .build()))
                        .addConfigs(Any.pack(clustersDump(view)))
                        .addConfigs(Any.pack(listenersDump(view)))
                        .addConfigs(Any.pack(routesDump(view)))
                        .addConfigs(Any.pack(endpointsDump(view)))
                        .build());
    }

    private static ClustersConfigDump clustersDump(ActiveConfiguration.View view) {
        ClustersConfigDump.Builder dump = ClustersConfigDump.newBuilder();
        for (ActiveCluster cluster : view.clusters().values()) {
            Any proto = Any.pack(cluster.compiled.proto());
            if (cluster.isStatic) {
                dump.addStaticClustersBuilder().setCluster(proto);
            } else {
                dump.addDynamicActiveClustersBuilder()
                        .setVersionInfo(cluster.version)
                        .setCluster(proto);
            }
        }
        for (ActiveCluster cluster : view.warmingClusters().values()) {
            dump.addDynamicWarmingClustersBuilder()
                    .setVersionInfo(cluster.version)
                    .setCluster(Any.pack(cluster.compiled.proto()));
        }
        return dump.build();
    }

    private static ListenersConfigDump listenersDump(ActiveConfiguration.View view) {
        ListenersConfigDump.Builder dump = ListenersConfigDump.newBuilder();
        for (ActiveListener listener : view.listeners().values()) {
            Any proto = Any.pack(listener.compiled.proto());
            if (listener.isStatic) {
                dump.addStaticListenersBuilder().setListener(proto);
            } else {
                dump.addDynamicListenersBuilder()
                        .setName(listener.name())
                        .getActiveStateBuilder()
                        .setVersionInfo(listener.version)
                        .setListener(proto);
            }
        }
        for (ActiveListener listener : view.warmingListeners().values()) {
            dump.addDynamicListenersBuilder()
                    .setName(listener.name())
                    .getWarmingStateBuilder()
                    .setVersionInfo(listener.version)
                    .setListener(Any.pack(listener.compiled.proto()));
        }
        return dump.build();
    }

    private static RoutesConfigDump routesDump(ActiveConfiguration.View view) {
        RoutesConfigDump.Builder dump = RoutesConfigDump.newBuilder();
        for (RouteSlot slot : view.routes().values()) {
            if (slot.proto != null) {
                dump.addDynamicRouteConfigsBuilder()
                        .setVersionInfo(slot.version)
                        .setRouteConfig(Any.pack(slot.proto));
            }
        }
        return dump.build();
    }

    private static EndpointsConfigDump endpointsDump(ActiveConfiguration.View view) {
        EndpointsConfigDump.Builder dump = EndpointsConfigDump.newBuilder();
        for (ActiveCluster cluster : view.clusters().values()) {
            if (cluster.assignment != null && cluster.edsName() != null) {
                dump.addDynamicEndpointConfigsBuilder()
                        .setEndpointConfig(Any.pack(cluster.assignment));
            }
        }
        return dump.build();
    }

    private static String json(Message message) {
        try {
            return JsonFormat.printer()
                    .usingTypeRegistry(Extensions.jsonRegistry())
                    .preservingProtoFieldNames()
                    .print(message);
        } catch (InvalidProtocolBufferException e) {
            return "{\"error\": \"" + String.valueOf(e.getMessage()).replace('"', '\'') + "\"}";
        }
    }
}
