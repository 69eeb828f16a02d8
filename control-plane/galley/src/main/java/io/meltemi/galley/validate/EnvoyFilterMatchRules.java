package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.EnvoyFilter;
import io.meltemi.model.config.EnvoyFilter.AnyObject;
import io.meltemi.model.config.EnvoyFilter.ApplyTo;
import io.meltemi.model.config.EnvoyFilter.ClusterMatch;
import io.meltemi.model.config.EnvoyFilter.ConfigPatch;
import io.meltemi.model.config.EnvoyFilter.Context;
import io.meltemi.model.config.EnvoyFilter.FilterMatch;
import io.meltemi.model.config.EnvoyFilter.ListenerMatch;
import io.meltemi.model.config.EnvoyFilter.ObjectMatch;
import io.meltemi.model.config.EnvoyFilter.RouteTableMatch;
import java.util.Map;

/// Which objects a patch may be for, by what it changes. Immutable.
final class EnvoyFilterMatchRules {
    private static final String MANAGER = "envoy.filters.network.http_connection_manager";

    /// Names that filters had before Envoy 1.14, which no filter has any more.
    private static final Map<String, String> OLD_NAMES =
            Map.ofEntries(
                    Map.entry("envoy.http_connection_manager", MANAGER),
                    Map.entry("envoy.tcp_proxy", "envoy.filters.network.tcp_proxy"),
                    Map.entry("envoy.redis_proxy", "envoy.filters.network.redis_proxy"),
                    Map.entry("envoy.mongo_proxy", "envoy.filters.network.mongo_proxy"),
                    Map.entry("envoy.ratelimit", "envoy.filters.network.ratelimit"),
                    Map.entry("envoy.ext_authz", "envoy.filters.http.ext_authz"),
                    Map.entry("envoy.router", "envoy.filters.http.router"),
                    Map.entry("envoy.cors", "envoy.filters.http.cors"),
                    Map.entry("envoy.fault", "envoy.filters.http.fault"),
                    Map.entry("envoy.lua", "envoy.filters.http.lua"),
                    Map.entry("envoy.rate_limit", "envoy.filters.http.ratelimit"),
                    Map.entry("envoy.grpc_web", "envoy.filters.http.grpc_web"),
                    Map.entry("envoy.health_check", "envoy.filters.http.health_check"),
                    Map.entry(
                            "envoy.listener.tls_inspector",
                            "envoy.filters.listener.tls_inspector"));

    private EnvoyFilterMatchRules() {}

    static void validate(ConfigPatch patch, FieldPath match, Findings findings) {
        ObjectMatch object = patch.match().object();
        switch (patch.applyTo()) {
            case LISTENER, FILTER_CHAIN, NETWORK_FILTER, HTTP_FILTER, LISTENER_FILTER -> {
                expect(patch, object instanceof ListenerMatch, "listener", match, findings);
                if (object instanceof ListenerMatch listener) {
                    listener(patch, listener, match.field("listener"), findings);
                }
            }
            case ROUTE_CONFIGURATION, VIRTUAL_HOST, HTTP_ROUTE -> {
                expect(
                        patch,
                        object instanceof RouteTableMatch,
                        "routeConfiguration",
                        match,
                        findings);
                if (object instanceof RouteTableMatch table) {
                    table(patch, table, match.field("routeConfiguration"), findings);
                }
            }
            case CLUSTER ->
                    expect(patch, object instanceof ClusterMatch, "cluster", match, findings);
            case EXTENSION_CONFIG -> {
                if (!(object instanceof AnyObject) || patch.match().context() != Context.ANY) {
                    findings.judge(
                            Code.WITHOUT_EFFECT,
                            match,
                            "context, listener, routeConfiguration and cluster have no effect on an EXTENSION_CONFIG, as in Istio: filters refer to it by its name");
                }
            }
        }
    }

    private static void expect(
            ConfigPatch patch, boolean fits, String name, FieldPath match, Findings findings) {
        if (!fits && !(patch.match().object() instanceof AnyObject)) {
            findings.judge(
                    Code.SCHEMA,
                    match,
                    "applyTo %s can only have a %s match".formatted(patch.applyTo(), name));
        }
    }

    private static void listener(
            ConfigPatch patch, ListenerMatch listener, FieldPath path, Findings findings) {
        if (!listener.listenerFilter().isEmpty() && patch.applyTo() != ApplyTo.LISTENER_FILTER) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path.field("listenerFilter"),
                    "listenerFilter has no effect on a " + patch.applyTo());
        }
        oldName(listener.listenerFilter(), path.field("listenerFilter"), findings);
        listener.chain()
                .flatMap(EnvoyFilter.ChainMatch::filter)
                .ifPresent(filter ->
                        filter(
                                patch.applyTo(),
                                filter,
                                path.field("filterChain").field("filter"),
                                findings));
    }

    private static void filter(
            ApplyTo applyTo, FilterMatch filter, FieldPath path, Findings findings) {
        if (applyTo == ApplyTo.LISTENER || applyTo == ApplyTo.FILTER_CHAIN) {
            findings.judge(
                    Code.WITHOUT_EFFECT, path, "a match of filters has no effect on a " + applyTo);
        }
        if (filter.name().isEmpty()) {
            findings.judge(Code.SCHEMA, path, "filter needs a name, such as %s".formatted(MANAGER));
            return;
        }
        oldName(filter.name(), path.field("name"), findings);
        filter.subFilter().ifPresent(name -> subFilter(applyTo, filter, name, path, findings));
    }

    private static void subFilter(
            ApplyTo applyTo, FilterMatch filter, String name, FieldPath path, Findings findings) {
        FieldPath sub = path.field("subFilter");
        if (applyTo != ApplyTo.HTTP_FILTER) {
            findings.judge(
                    Code.SCHEMA,
                    sub,
                    "subFilter is only for an HTTP_FILTER, and this is a " + applyTo);
        } else if (!filter.name().equals(MANAGER)
                && !MANAGER.equals(OLD_NAMES.get(filter.name()))) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("name"),
                    "only %s has filters inside, not '%s'".formatted(MANAGER, filter.name()));
        } else if (name.isEmpty()) {
            findings.judge(
                    Code.SCHEMA, sub, "subFilter needs a name, such as envoy.filters.http.router");
        }
        oldName(name, sub.field("name"), findings);
    }

    private static void oldName(String name, FieldPath path, Findings findings) {
        String now = OLD_NAMES.get(name);
        if (now != null) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path,
                    "no filter is called '%s' any more: write %s".formatted(name, now));
        }
    }

    private static void table(
            ConfigPatch patch, RouteTableMatch table, FieldPath path, Findings findings) {
        if (patch.match().context() == Context.GATEWAY) {
            return;
        }
        if (!table.portName().isEmpty() || !table.gateway().isEmpty()) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path.field(table.portName().isEmpty() ? "gateway" : "portName"),
                    "portName and gateway have no effect on sidecars: write context: GATEWAY");
        }
    }
}
