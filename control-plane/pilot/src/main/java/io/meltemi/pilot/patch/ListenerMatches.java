package io.meltemi.pilot.patch;

import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.meltemi.model.config.EnvoyFilter.ApplyTo;
import io.meltemi.model.config.EnvoyFilter.ChainMatch;
import io.meltemi.model.config.EnvoyFilter.FilterMatch;
import io.meltemi.model.config.EnvoyFilter.ListenerMatch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which listeners, filter chains and filters a patch is for. Thread-safe: stateless.
final class ListenerMatches {
    static final String INBOUND = "virtualInbound";

    /// Listeners that take what was sent to other ports, which their chains then match.
    private static final Set<String> OF_MANY_PORTS = Set.of(INBOUND, "virtualOutbound");

    /// The only inbound chain of a workload without a pod: its port is in its name alone, behind
    /// the address that is bound.
    private static final Pattern CHAIN_OF_PORT = Pattern.compile("[0-9a-f.:]+_([0-9]{1,5})");

    private ListenerMatches() {}

    static boolean listener(Patch patch, Listener listener) {
        if (!(patch.match() instanceof ListenerMatch match)) {
            return true;
        }
        boolean isPortOfChains =
                patch.applyTo() != ApplyTo.LISTENER && OF_MANY_PORTS.contains(listener.getName());
        return (match.name().isEmpty() || match.name().equals(listener.getName()))
                && (isPortOfChains
                        || match.portNumber().isEmpty()
                        || match.portNumber().getAsInt()
                                == listener.getAddress().getSocketAddress().getPortValue());
    }

    /// @param listener that the patch is for
    static boolean chain(Patch patch, Listener listener, FilterChain chain) {
        if (!(patch.match() instanceof ListenerMatch match)) {
            return true;
        }
        return (!OF_MANY_PORTS.contains(listener.getName())
                        || match.portNumber().isEmpty()
                        || match.portNumber().getAsInt() == port(chain))
                && match.chain().stream().allMatch(m -> chain(m, chain));
    }

    private static int port(FilterChain chain) {
        Matcher name = CHAIN_OF_PORT.matcher(chain.getName());
        return chain.getFilterChainMatch().hasDestinationPort() || !name.matches()
                ? chain.getFilterChainMatch().getDestinationPort().getValue()
                : Integer.parseInt(name.group(1));
    }

    private static boolean chain(ChainMatch match, FilterChain chain) {
        FilterChainMatch of = chain.getFilterChainMatch();
        return (match.name().isEmpty() || match.name().equals(chain.getName()))
                && (match.sni().isEmpty() || of.getServerNamesList().contains(match.sni()))
                && (match.transportProtocol().isEmpty()
                        || match.transportProtocol().equals(of.getTransportProtocol()))
                && (match.applicationProtocols().isEmpty()
                        || of.getApplicationProtocolsList()
                                .containsAll(List.of(match.applicationProtocols().split(","))))
                && (match.destinationPort().isEmpty()
                        || match.destinationPort().getAsInt() == of.getDestinationPort().getValue())
                && (match.transportSocket().isEmpty()
                        || match.transportSocket().equals(chain.getTransportSocket().getName()));
    }

    /// The network filter that is named.
    static Optional<FilterMatch> filter(Patch patch) {
        return patch.match() instanceof ListenerMatch match
                ? match.chain().flatMap(ChainMatch::filter)
                : Optional.empty();
    }

    /// The listener filter that is named.
    static Optional<String> listenerFilter(Patch patch) {
        return patch.match() instanceof ListenerMatch match && !match.listenerFilter().isEmpty()
                ? Optional.of(match.listenerFilter())
                : Optional.empty();
    }
}
