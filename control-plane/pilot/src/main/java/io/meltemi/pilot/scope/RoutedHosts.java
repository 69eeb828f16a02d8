package io.meltemi.pilot.scope;

import io.meltemi.model.config.VirtualService;
import io.meltemi.model.service.HostPatterns;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// The hosts that some sidecars route, and the virtual service that has each. Immutable.
///
/// Istio: the first virtual service takes a host alone.
public final class RoutedHosts {
    private final SortedMap<String, VirtualService> byHost = new TreeMap<>();
    private final List<String> wildcards;

    RoutedHosts(List<VirtualService> services, Function<VirtualService, List<String>> hosts) {
        for (VirtualService service : services) {
            hosts.apply(service).forEach(host -> byHost.putIfAbsent(host, service));
        }
        wildcards =
                byHost.keySet().stream()
                        .filter(host -> host.startsWith("*"))
                        .sorted(Hosts::bySpecificity)
                        .toList();
    }

    /// The one that routes calls to this host, by its name or by a wildcard.
    public Optional<VirtualService> find(String host) {
        VirtualService exact = byHost.get(host);
        if (exact != null) {
            return Optional.of(exact);
        }
        return wildcards.stream()
                .filter(pattern -> HostPatterns.covers(pattern, host))
                .findFirst()
                .flatMap(pattern -> Optional.ofNullable(byHost.get(pattern)));
    }

    /// All of them, exact and wildcard.
    public SortedMap<String, VirtualService> all() {
        return Collections.unmodifiableSortedMap(byHost);
    }
}
