package io.meltemi.pilot.patch;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.model.config.EnvoyFilter.FilterClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// Where a filter is added among those that Pilot makes. Thread-safe: stateless.
///
/// Istio's documentation: the class says beside which; its code puts every one behind the last,
/// where Envoy refuses it. Here one without a class stands before the last, which ends a chain.
final class FilterPlaces {
    private static final Set<String> WHO_CALLS = Set.of("envoy.filters.http.jwt_authn");
    private static final Set<String> WHO_MAY =
            Set.of(
                    "envoy.filters.http.jwt_authn",
                    "envoy.filters.http.rbac",
                    "envoy.filters.http.ext_authz",
                    "envoy.filters.network.rbac",
                    "envoy.filters.network.ext_authz");

    private FilterPlaces() {}

    static List<HttpFilter> httpAdded(
            List<HttpFilter> filters, HttpFilter added, FilterClass filterClass) {
        boolean hasEnd =
                !filters.isEmpty() && Terminals.isTerminal(filters.getLast().getTypedConfig());
        return added(filters, added, filterClass, hasEnd, HttpFilter::getName);
    }

    static List<Filter> networkAdded(List<Filter> filters, Filter added, FilterClass filterClass) {
        // A filter that ends a chain is added where there is none, or is refused as the second.
        boolean hasEnd =
                !filters.isEmpty() && Terminals.isTerminal(filters.getLast().getTypedConfig());
        return added(filters, added, filterClass, hasEnd, Filter::getName);
    }

    private static <F> List<F> added(
            List<F> filters,
            F added,
            FilterClass filterClass,
            boolean hasEnd,
            Function<F, String> name) {
        int at =
                switch (filterClass) {
                    case AUTHN -> behind(filters, WHO_CALLS, name);
                    case AUTHZ -> behind(filters, WHO_MAY, name);
                    case STATS, UNSPECIFIED -> hasEnd ? filters.size() - 1 : filters.size();
                };
        List<F> all = new ArrayList<>(filters);
        all.add(at, added);
        return all;
    }

    /// Behind the last of some, or first.
    private static <F> int behind(List<F> filters, Set<String> some, Function<F, String> name) {
        for (int i = filters.size() - 1; i >= 0; i--) {
            if (some.contains(name.apply(filters.get(i)))) {
                return i + 1;
            }
        }
        return 0;
    }
}
