package io.meltemi.proxy.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.config.match.HeaderMutationCompiler;
import io.meltemi.proxy.decide.route.RouteTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Makes the table the data path asks of a RouteConfiguration. Immutable: pure functions.
public final class RouteConfigCompiler {
    private static final int DEFAULT_MOST_BODY_BYTES = 4096;

    private RouteConfigCompiler() {}

    /// @throws ConfigRefusedException with every problem found, each with its field path
    public static RouteTable compile(RouteConfiguration configuration, FilterConfigs filters)
            throws ConfigRefusedException {
        ConfigPlace root = ConfigPlace.root("");
        RouteTable table = compile(configuration, filters, root);
        root.throwIfRefused("route configuration '" + configuration.getName() + "'");
        return table;
    }

    /// The same for a configuration inside another resource; what is wrong is noted at `at`, and
    /// the table is of use only when nothing was.
    public static RouteTable compile(
            RouteConfiguration configuration, FilterConfigs filters, ConfigPlace at) {
        RouteFields.fields().check(configuration, at);
        RouteScope scope =
                new RouteScope(
                        filters,
                        configuration.getMostSpecificHeaderMutationsWins(),
                        configuration.hasMaxDirectResponseBodySizeBytes()
                                ? configuration.getMaxDirectResponseBodySizeBytes().getValue()
                                : DEFAULT_MOST_BODY_BYTES,
                        List.of(level(configuration, filters, at)),
                        null);
        List<io.meltemi.proxy.decide.route.VirtualHost> hosts = new ArrayList<>();
        List<List<String>> domains = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < configuration.getVirtualHostsCount(); i++) {
            VirtualHost host = configuration.getVirtualHosts(i);
            ConfigPlace place = at.element("virtual_hosts", i);
            if (host.getName().isEmpty() || !names.add(host.getName())) {
                place.field("name").refuse("'" + host.getName() + "' is empty or used twice");
            }
            checkDomains(host, seen, place);
            hosts.add(VirtualHostCompiler.compile(host, scope, configuration, place, at));
            domains.add(host.getDomainsList());
        }
        // Behind what is said of values with more words.
        RouteFields.constraints().check(configuration, RouteConfiguration.getDescriptor(), at);
        return new RouteTable(configuration.getName(), hosts, domains, options(configuration));
    }

    private static RouteScope.Level level(
            RouteConfiguration configuration, FilterConfigs filters, ConfigPlace at) {
        return new RouteScope.Level(
                HeaderMutationCompiler.compile(
                        configuration.getRequestHeadersToAddList(),
                        configuration.getRequestHeadersToRemoveList(),
                        at,
                        "request"),
                HeaderMutationCompiler.compile(
                        configuration.getResponseHeadersToAddList(),
                        configuration.getResponseHeadersToRemoveList(),
                        at,
                        "response"),
                RouteScope.filterConfigs(filters, configuration.getTypedPerFilterConfigMap(), at));
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

    /// Envoy: a domain stands in one virtual host only, and a wildcard at one end only.
    private static void checkDomains(VirtualHost host, Set<String> seen, ConfigPlace at) {
        if (host.getDomainsCount() == 0) {
            at.field("domains").refuse("must have at least one domain");
        }
        for (int i = 0; i < host.getDomainsCount(); i++) {
            String domain = host.getDomains(i).toLowerCase(Locale.ROOT);
            if (!isDomain(domain)) {
                at.element("domains", i)
                        .refuse("'" + domain + "' is no domain, *.suffix, prefix.* or *");
            } else if (!seen.add(domain)) {
                at.element("domains", i)
                        .refuse("'" + domain + "' stands in this route configuration already");
            }
        }
    }

    private static boolean isDomain(String domain) {
        int wildcard = domain.indexOf('*');
        boolean atAnEnd = wildcard <= 0 || wildcard == domain.length() - 1;
        return !domain.isEmpty() && atAnEnd && wildcard == domain.lastIndexOf('*');
    }
}
