package io.meltemi.pilot.push;

import io.meltemi.model.service.Protocol;
import io.meltemi.pilot.scope.MeshService;
import io.meltemi.pilot.scope.PortView;
import io.meltemi.pilot.translate.Elsewhere;
import io.meltemi.pilot.translate.listener.ConnectionChain;
import io.meltemi.pilot.translate.listener.ListenerPlace;
import io.meltemi.pilot.translate.listener.Observability;
import io.meltemi.pilot.translate.listener.OutboundListenerInput;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.DetectedPort;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.HttpPort;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.MixedPort;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.TcpAddress;
import io.meltemi.pilot.translate.listener.RequestSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The addresses and ports on which a pod's applications find services. Confined to one
/// translation.
///
/// Istio: HTTP services of a port share all addresses. Others stand on their own address; those
/// without one, or with a block of them, stand on all addresses, told apart by the called address
/// or by what a handshake names. Of two that cannot be told apart the first by name is served.
final class OutboundAddresses {
    private static final String ANY = "0.0.0.0";

    private final SidecarRoutes routes;
    private final Elsewhere elsewhere;
    private final RequestSettings requests;
    private final Duration detection;
    private final Observability observability;
    private final Optional<String> own;
    private final Optional<String> fixed;
    private final Map<Place, AddressChains> places = new LinkedHashMap<>();

    private record Place(String address, int port) {}

    /// @param own the sidecar's address where nothing redirects to it
    OutboundAddresses(
            SidecarRoutes routes,
            Elsewhere elsewhere,
            RequestSettings requests,
            Duration detection,
            Observability observability,
            Optional<String> own) {
        this.requests = requests;
        this.detection = detection;
        this.routes = routes;
        this.elsewhere = elsewhere;
        this.observability = observability;
        this.own = own;
        this.fixed = routes.part().address(own);
    }

    /// All listeners, by name.
    Map<String, OutboundListenerInput> listeners() {
        Map<String, OutboundListenerInput> byName = new LinkedHashMap<>();
        Optional<String> table = routes.part().table();
        if (table.isPresent()) {
            if (!routes.ports().isEmpty()) {
                ListenerPlace place = routes.part().place(own);
                byName.put(place.name(), new HttpPort(place, table.get(), requests, observability));
            }
            return byName;
        }
        for (PortView view : routes.views()) {
            if (!view.port().protocol().isHttp()) {
                stand(view);
            }
        }
        for (int port : routes.ports()) {
            at(any(), port).addRequests(Integer.toString(port), List.of());
        }
        places.forEach((at, chains) -> {
            ListenerPlace place = place(at.address(), at.port());
            byName.putIfAbsent(place.name(), listener(place, chains));
        });
        return byName;
    }

    private OutboundListenerInput listener(ListenerPlace place, AddressChains at) {
        List<ConnectionChain> chains = at.connections().all();
        if (at.table().isEmpty()) {
            return new TcpAddress(place, chains, elsewhere, observability);
        }
        String table = at.table().get();
        if (at.isDetected()) {
            return new DetectedPort(
                    place,
                    table,
                    at.requestsTo(),
                    chains,
                    elsewhere,
                    detection,
                    requests,
                    observability);
        }
        return chains.isEmpty()
                ? new HttpPort(place, table, requests, observability)
                : new MixedPort(place, table, chains, elsewhere, requests, observability);
    }

    private AddressChains at(String address, int port) {
        return places.computeIfAbsent(new Place(address, port), _ -> new AddressChains());
    }

    private ListenerPlace place(String address, int port) {
        return routes.part().place(address, port, own);
    }

    /// Where all services of a port are found together.
    private String any() {
        return fixed.orElse(ANY);
    }

    private void stand(PortView view) {
        MeshService service = view.service();
        if (fixed.isPresent()) {
            stand(view, fixed.get(), List.of());
            return;
        }
        if (service.addresses().isEmpty() && service.from().isPresent()) {
            stand(view, ANY, List.of());
        }
        for (String address : service.addresses()) {
            if (SidecarRoutes.isBlock(address)) {
                stand(view, ANY, List.of(address));
            } else {
                stand(view, address, List.of());
            }
        }
    }

    /// @param subnets the called addresses that are meant; empty: all
    private void stand(PortView view, String address, List<String> subnets) {
        AddressChains place = at(address, view.port().number());
        SharedChains shared = place.connections();
        if (view.port().protocol() == Protocol.AUTO) {
            place.lookInto();
            place.addRequests(table(view, address), subnets);
        }
        boolean alone = !address.equals(any()) && shared.isEmpty();
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

    private String table(PortView view, String address) {
        int port = view.port().number();
        return address.equals(any())
                ? Integer.toString(port)
                : SidecarRoutes.tableOf(view.service().service(), port);
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
