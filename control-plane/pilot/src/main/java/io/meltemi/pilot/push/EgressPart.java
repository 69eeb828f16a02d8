package io.meltemi.pilot.push;

import io.meltemi.model.config.CaptureMode;
import io.meltemi.model.config.SidecarEgress;
import io.meltemi.model.config.SidecarPort;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.ServicePort;
import io.meltemi.pilot.scope.PortView;
import io.meltemi.pilot.translate.listener.ListenerPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/// An entry of a Sidecar's `egress`: which ports of services it is about, and where they are found.
/// Immutable.
///
/// @param entry empty: where nobody wrote any
/// @param taken ports of entries before it: Istio gives them HTTP services there alone
record EgressPart(Optional<SidecarEgress> entry, NavigableSet<Integer> taken) {
    static final EgressPart ALL = new EgressPart(Optional.empty(), new TreeSet<>());

    private static final String LOOPBACK = "127.0.0.1";

    static List<EgressPart> of(List<SidecarEgress> egress) {
        if (egress.isEmpty()) {
            return List.of(ALL);
        }
        List<EgressPart> parts = new ArrayList<>();
        NavigableSet<Integer> taken = new TreeSet<>();
        for (SidecarEgress entry : egress) {
            parts.add(new EgressPart(Optional.of(entry), new TreeSet<>(taken)));
            entry.port().map(SidecarPort::number).ifPresent(taken::add);
        }
        return parts;
    }

    /// Whether it opens a port, or a socket, of its own.
    boolean opensPort() {
        return port().isPresent();
    }

    /// The name of the one table of who opens a port for all ports of services.
    Optional<String> table() {
        return entry.filter(SidecarEgress::isForAllPorts)
                .map(e -> e.isUnixSocket() ? e.bind() : Integer.toString(number(e)));
    }

    private Optional<SidecarPort> port() {
        return entry.flatMap(SidecarEgress::port);
    }

    private static int number(SidecarEgress entry) {
        return entry.port().map(SidecarPort::number).orElse(0);
    }

    /// Whether services of this port can be called here.
    boolean takes(int port) {
        return table().isPresent()
                || port().map(p -> p.number() == port).orElseGet(() -> !taken.contains(port));
    }

    /// What it is about. Istio: a port that is written says what is spoken there.
    List<PortView> views(List<PortView> ports) {
        if (entry.isEmpty() || table().isPresent()) {
            return ports;
        }
        return port().map(written ->
                        ports.stream()
                                .filter(v -> v.port().number() == written.number())
                                .map(v -> spoken(v, written.spoken()))
                                .toList())
                .orElseGet(() ->
                        ports.stream()
                                .filter(v ->
                                        !v.port().protocol().isHttp() || takes(v.port().number()))
                                .toList());
    }

    private static PortView spoken(PortView view, Protocol protocol) {
        return new PortView(
                view.service(),
                new ServicePort(view.port().name(), view.port().number(), protocol),
                view.endpoints());
    }

    /// The one address where all is found; empty: that of each service.
    ///
    /// @param own the sidecar's address where nothing redirects to it
    Optional<String> address(Optional<String> own) {
        return entry.map(SidecarEgress::bind)
                .filter(bind -> !bind.isEmpty())
                .or(() -> isBound(own) ? own.or(() -> Optional.of(LOOPBACK)) : Optional.empty());
    }

    private boolean isBound(Optional<String> own) {
        return own.isPresent()
                || entry.filter(e -> e.captureMode() == CaptureMode.NONE).isPresent();
    }

    ListenerPlace place(String address, int port, Optional<String> own) {
        Optional<String> socket =
                entry.filter(SidecarEgress::isUnixSocket).map(SidecarEgress::bind);
        if (socket.isPresent()) {
            return new ListenerPlace.UnixSocket(socket.get());
        }
        return isBound(own)
                ? new ListenerPlace.Bound(address, port)
                : new ListenerPlace.Captured(address, port);
    }

    /// Where the one table of all ports is found.
    ListenerPlace place(Optional<String> own) {
        int number = entry.map(EgressPart::number).orElse(0);
        return place(address(own).orElse("0.0.0.0"), number, own);
    }
}
