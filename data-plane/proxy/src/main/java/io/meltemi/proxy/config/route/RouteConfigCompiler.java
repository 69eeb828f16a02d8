package io.meltemi.proxy.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.decide.route.DomainIndex;
import io.meltemi.proxy.decide.route.RouteTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Makes the table the data path asks of a RouteConfiguration. Immutable: pure functions.
public final class RouteConfigCompiler {
    private RouteConfigCompiler() {}

    /// @throws ConfigRefusedException with every problem found, each with its field path
    public static RouteTable compile(RouteConfiguration configuration, FilterConfigs filters)
            throws ConfigRefusedException {
        ConfigPlace root = ConfigPlace.root("");
        RouteTable table = compile(configuration, filters, root);
        root.throwIfRefused("route configuration '" + configuration.getName() + "'");
        return table;
    }

    /// The same for a configuration that stands in a connection manager or a scope, and is all
    /// there is: hosts cannot come later, and clusters have to be there.
    public static RouteTable inline(
            RouteConfiguration configuration,
            FilterConfigs filters,
            Predicate<String> isCluster,
            ConfigPlace at) {
        if (configuration.hasVhds()) {
            at.field("vhds").refuse("is for routes of rds only");
        }
        ClusterReferences.check(configuration, true, isCluster, at);
        return compile(configuration, filters, at);
    }

    /// The same for a configuration inside another resource; what is wrong is noted at `at`, and
    /// the table is of use only when nothing was.
    public static RouteTable compile(
            RouteConfiguration configuration, FilterConfigs filters, ConfigPlace at) {
        RouteFields.fields().check(configuration, at);
        HostCompiler compiler = new HostCompiler(configuration, filters, at);
        DomainIndex.Edit hosts = DomainIndex.empty(configuration.hasVhds()).edit();
        Set<String> names = new HashSet<>();
        Map<String, String> owners = new HashMap<>();
        for (int i = 0; i < configuration.getVirtualHostsCount(); i++) {
            VirtualHost host = configuration.getVirtualHosts(i);
            ConfigPlace place = at.element("virtual_hosts", i);
            if (host.getName().isEmpty() || !names.add(host.getName())) {
                place.field("name").refuse("'" + host.getName() + "' is empty or used twice");
            }
            HostCompiler.claimDomains(host, owners, place);
            hosts.put(host.getDomainsList(), compiler.compile(host, place));
        }
        return new RouteTable(configuration.getName(), hosts.done(), options(configuration));
    }

    private static RouteTable.Options options(RouteConfiguration configuration) {
        List<String> internal = new ArrayList<>();
        for (String name : configuration.getInternalOnlyHeadersList()) {
            internal.add(name.toLowerCase(Locale.ROOT));
        }
        return new RouteTable.Options(
                configuration.getIgnorePortInHostMatching(),
                configuration.getIgnorePathParametersInPathMatching(),
                internal);
    }
}
