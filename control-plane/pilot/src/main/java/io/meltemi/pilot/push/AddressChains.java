package io.meltemi.pilot.push;

import io.meltemi.pilot.translate.listener.ConnectionChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is found at one address and port, which may be of several services. Confined to one
/// translation.
final class AddressChains {
    private final SharedChains connections = new SharedChains();
    private final List<List<String>> requestsTo = new ArrayList<>();
    private Optional<String> table = Optional.empty();
    private boolean looksInto;

    SharedChains connections() {
        return connections;
    }

    /// Requests come here.
    ///
    /// @param routes the name of their table; the first counts
    /// @param subnets the called addresses that are meant; empty: all
    void addRequests(String routes, List<String> subnets) {
        table = table.or(() -> Optional.of(routes));
        if (!requestsTo.contains(subnets)) {
            requestsTo.add(subnets);
        }
    }

    /// Not all that comes says by its port what it is.
    void lookInto() {
        looksInto = true;
    }

    /// The name of the requests' table; empty: none come.
    Optional<String> table() {
        return table;
    }

    List<List<String>> requestsTo() {
        return List.copyOf(requestsTo);
    }

    /// Whether the first bytes have to tell requests from other connections.
    ///
    /// Istio: they do as well where both are declared for one port of all addresses.
    boolean isDetected() {
        return table.isPresent()
                && (looksInto || connections.all().stream().anyMatch(ConnectionChain::takesAll));
    }
}
