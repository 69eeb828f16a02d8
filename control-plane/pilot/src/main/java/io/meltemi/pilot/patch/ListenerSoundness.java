package io.meltemi.pilot.patch;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a patch must leave in order in a listener. Thread-safe: stateless.
final class ListenerSoundness {
    private ListenerSoundness() {}

    static void check(Listener listener, Set<String> extensions)
            throws UnfitException, InvalidProtocolBufferException {
        if (!listener.hasAddress()) {
            throw new UnfitException("listen nowhere: it needs an address");
        }
        for (ListenerFilter filter : listener.getListenerFiltersList()) {
            if (filter.getName().isEmpty()) {
                throw new UnfitException("leave a listener filter without a name");
            }
        }
        List<FilterChain> chains = new ArrayList<>(listener.getFilterChainsList());
        Set<FilterChainMatch> matches = new HashSet<>();
        for (FilterChain chain : chains) {
            if (!matches.add(chain.getFilterChainMatch())) {
                throw new UnfitException("leave two filter chains with one filter_chain_match");
            }
        }
        if (listener.hasDefaultFilterChain()) {
            chains.add(listener.getDefaultFilterChain());
        }
        if (chains.isEmpty()) {
            throw new UnfitException("leave the listener without filter chains: remove it itself");
        }
        for (FilterChain chain : chains) {
            chain(chain, extensions);
        }
    }

    private static void chain(FilterChain chain, Set<String> extensions)
            throws UnfitException, InvalidProtocolBufferException {
        List<Filter> filters = chain.getFiltersList();
        for (int i = 0; i < filters.size(); i++) {
            Filter filter = filters.get(i);
            if (filter.getName().isEmpty()) {
                throw new UnfitException("leave a network filter without a name");
            }
            boolean isLast = i == filters.size() - 1;
            if (Terminals.isTerminal(filter.getTypedConfig()) && !isLast) {
                throw new UnfitException(
                        "put network filter '%s' behind '%s', which ends the chain: use INSERT_BEFORE or INSERT_FIRST"
                                .formatted(filters.get(i + 1).getName(), filter.getName()));
            }
            if (filter.getTypedConfig().is(HttpConnectionManager.class)) {
                manager(Patch.manager(filter.getTypedConfig()), extensions);
            }
        }
    }

    private static void manager(HttpConnectionManager manager, Set<String> extensions)
            throws UnfitException {
        List<HttpFilter> filters = manager.getHttpFiltersList();
        for (int i = 0; i < filters.size(); i++) {
            HttpFilter filter = filters.get(i);
            if (filter.getName().isEmpty()) {
                throw new UnfitException("leave an HTTP filter without a name");
            }
            boolean isLast = i == filters.size() - 1;
            if (Terminals.isTerminal(filter.getTypedConfig()) != isLast) {
                throw new UnfitException(
                        "no longer have the router as the last HTTP filter: use INSERT_BEFORE with subFilter envoy.filters.http.router");
            }
            if (filter.hasConfigDiscovery()
                    && !filter.getConfigDiscovery().hasDefaultConfig()
                    && !extensions.contains(filter.getName())) {
                throw new UnfitException(
                        "wait for ever for the configuration of filter '%s': no EXTENSION_CONFIG of that name is added"
                                .formatted(filter.getName()));
            }
        }
        if (filters.isEmpty()) {
            throw new UnfitException("leave a connection manager without HTTP filters");
        }
        if (manager.hasRouteConfig()) {
            Soundness.table(manager.getRouteConfig());
        }
    }
}
