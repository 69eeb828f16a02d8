package io.meltemi.pilot.push;

import io.meltemi.model.config.OutboundPolicy;
import io.meltemi.model.service.Protocol;
import io.meltemi.pilot.scope.MeshService;
import io.meltemi.pilot.scope.PortView;
import io.meltemi.pilot.translate.listener.ConnectionChain;
import io.meltemi.pilot.translate.listener.Observability;
import io.meltemi.pilot.translate.listener.OutboundListenerInput;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.HttpPort;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.MixedPort;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.TcpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The addresses and ports on which a pod's applications find services. Confined to one
/// translation.
///
/// Istio: HTTP services of a port share all addresses. Others stand on their own address; those
/// without one, or with a block of them, stand on all addresses, told apart by the called address
/// or by what a handshake names. Of two that cannot be told apart the first by name is served.
final class OutboundAddresses {
    private static final String ANY = "0.0.0.0";

    private final SidecarRoutes routes;
    private final OutboundPolicy policy;
    private final Observability observability;
    private final Map<Place, SharedChains> places = new LinkedHashMap<>();

    private record Place(String address, int port) {}

    OutboundAddresses(SidecarRoutes routes, OutboundPolicy policy, Observability observability) {
        this.routes = routes;
        this.policy = policy;
        this.observability = observability;
    }

    /// All listeners, by name.
    ///
    /// @param ports of the services that are seen
    Map<String, OutboundListenerInput> listeners(List<PortView> ports) {
        for (PortView view : ports) {
            if (!view.port().protocol().isHttp()) {
                stand(view);
            }
        }
        Map<String, OutboundListenerInput> byName = new LinkedHashMap<>();
        for (int port : routes.ports()) {
            byName.put(ANY + "_" + port, http(port));
        }
        places.forEach((place, chains) ->
                byName.putIfAbsent(
                        place.address() + "_" + place.port(),
                        new TcpAddress(
                                place.address(),
                                place.port(),
                                chains.all(),
                                policy,
                                observability)));
        return byName;
    }

    private OutboundListenerInput http(int port) {
        SharedChains beside = places.get(new Place(ANY, port));
        List<ConnectionChain> chains = beside == null ? List.of() : beside.conditional();
        return chains.isEmpty()
                ? new HttpPort(port, observability)
                : new MixedPort(port, chains, policy, observability);
    }

    private void stand(PortView view) {
        MeshService service = view.service();
        if (service.addresses().isEmpty() && service.from().isPresent()) {
            stand(view, ANY, List.of());
        }
        for (String address : service.addresses()) {
            if (address.indexOf('/') < 0) {
                stand(view, address, List.of());
            } else {
                stand(view, ANY, List.of(address));
            }
        }
    }

    /// @param subnets the called addresses that are meant; empty: all
    private void stand(PortView view, String address, List<String> subnets) {
        SharedChains shared =
                places.computeIfAbsent(
                        new Place(address, view.port().number()), _ -> new SharedChains());
        boolean alone = !address.equals(ANY) && shared.isEmpty();
        for (ConnectionChain chain : routes.chains(view, alone ? List.of() : names(view))) {
            shared.add(
                    chain.subnets().isEmpty() && !subnets.isEmpty()
                            ? new ConnectionChain(
                                    chain.serverNames(),
                                    subnets,
                                    chain.shares(),
                                    chain.settings(),
                                    chain.rule())
                            : chain);
        }
    }

    /// Envoy: a handshake's name is matched whole, or by whole labels after a wildcard.
    private static List<String> names(PortView view) {
        String host = view.service().service().hostname().value();
        boolean partial = host.startsWith("*") && !host.startsWith("*.");
        List<String> names = new ArrayList<>();
        if (view.port().protocol() == Protocol.TLS && !partial) {
            names.add(host);
        }
        return names;
    }
}
