package io.meltemi.proxy.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMutationCompiler;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Compiles the virtual hosts of one route configuration, one by one. Immutable.
public final class HostCompiler {
    private static final int DEFAULT_MOST_BODY_BYTES = 4096;

    private final RouteConfiguration configuration;
    private final RouteScope scope;
    private final ConfigPlace atConfiguration;

    /// @param at where what is wrong with the configuration itself is noted
    HostCompiler(RouteConfiguration configuration, FilterConfigs filters, ConfigPlace at) {
        this.configuration = configuration;
        this.atConfiguration = at;
        this.scope =
                new RouteScope(
                        filters,
                        configuration.getMostSpecificHeaderMutationsWins(),
                        configuration.hasMaxDirectResponseBodySizeBytes()
                                ? configuration.getMaxDirectResponseBodySizeBytes().getValue()
                                : DEFAULT_MOST_BODY_BYTES,
                        List.of(level(configuration, filters, at)),
                        null);
    }

    /// For hosts that come by themselves, to a configuration that is checked already.
    public static HostCompiler of(RouteConfiguration configuration, FilterConfigs filters) {
        RouteConfiguration bare = configuration.toBuilder().clearVirtualHosts().build();
        return new HostCompiler(bare, filters, ConfigPlace.root(""));
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

    /// A host that came by itself; of use only when nothing was refused at `at`.
    public io.meltemi.proxy.decide.route.VirtualHost compileAlone(
            VirtualHost host, ConfigPlace at) {
        RouteFields.fields().check(host, at);
        if (host.getName().isEmpty()) {
            at.field("name").refuse("is empty");
        }
        return compile(host, at);
    }

    io.meltemi.proxy.decide.route.VirtualHost compile(VirtualHost host, ConfigPlace at) {
        return VirtualHostCompiler.compile(host, scope, configuration, at, atConfiguration);
    }

    /// Notes that domains are none, or stand in another virtual host already.
    ///
    /// Envoy: a domain stands in one virtual host only, and a wildcard at one end only.
    ///
    /// @param owners the virtual host of each domain so far, in small letters; gets these
    public static void claimDomains(VirtualHost host, Map<String, String> owners, ConfigPlace at) {
        if (host.getDomainsCount() == 0) {
            at.field("domains").refuse("must have at least one domain");
        }
        for (int i = 0; i < host.getDomainsCount(); i++) {
            String domain = host.getDomains(i).toLowerCase(Locale.ROOT);
            if (!isDomain(domain)) {
                at.element("domains", i)
                        .refuse("'" + domain + "' is no domain, *.suffix, prefix.* or *");
            } else if (owners.putIfAbsent(domain, host.getName()) != null) {
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
