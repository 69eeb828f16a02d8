package io.meltemi.pilot.push;

import io.meltemi.model.config.VirtualService;
import io.meltemi.pilot.push.GatewayServers.Placed;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.Hosts;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.scope.ServiceScope;
import io.meltemi.pilot.scope.VirtualServices;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Which virtual services a server of a gateway lets in, and with which of their hosts. Immutable.
final class BoundServices {
    private final VirtualServices virtualServices;
    private final Caller proxy;
    private final ServiceScope scope;

    /// @param hosts what both name: the narrower of each two, sorted
    record Bound(RouteRules rules, List<String> hosts) {
        Bound {
            hosts = List.copyOf(hosts);
        }
    }

    /// @param proxy that carries the gateways
    /// @param scope what it sees
    BoundServices(VirtualServices virtualServices, Caller proxy, ServiceScope scope) {
        this.virtualServices = virtualServices;
        this.proxy = proxy;
        this.scope = scope;
    }

    /// In the order in which their routes count.
    List<Bound> of(Placed placed) {
        List<Bound> bound = new ArrayList<>();
        for (VirtualService service : virtualServices.ofGateway(placed.gateway().key(), proxy)) {
            Set<String> hosts = new TreeSet<>();
            for (String written : placed.server().hosts()) {
                if (isOpenTo(written, placed, service)) {
                    String host = name(written);
                    virtualServices
                            .hosts(service)
                            .forEach(wanted -> Hosts.intersect(host, wanted).ifPresent(hosts::add));
                }
            }
            if (!hosts.isEmpty()) {
                bound.add(new Bound(RouteRules.of(service, scope), List.copyOf(hosts)));
            }
        }
        return bound;
    }

    /// A server's host without the namespace before it.
    static String name(String written) {
        return written.substring(written.indexOf('/') + 1).toLowerCase(Locale.ROOT);
    }

    private static boolean isOpenTo(String written, Placed placed, VirtualService service) {
        int slash = written.indexOf('/');
        String own = service.metadata().namespace();
        return switch (slash < 0 ? "*" : written.substring(0, slash)) {
            case "*" -> true;
            case "." -> own.equals(placed.gateway().metadata().namespace());
            case String namespace -> own.equals(namespace);
        };
    }
}
