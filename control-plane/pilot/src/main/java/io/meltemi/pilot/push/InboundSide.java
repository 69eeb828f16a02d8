package io.meltemi.pilot.push;

import io.meltemi.base.net.HostPort;
import io.meltemi.model.config.CaptureMode;
import io.meltemi.model.config.ConnectionPool;
import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.SidecarIngress;
import io.meltemi.model.config.SidecarIngress.Application;
import io.meltemi.pilot.scope.DestinationRules.Rule;
import io.meltemi.pilot.scope.InboundPort;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.pilot.scope.WorkloadPolicies;
import io.meltemi.pilot.translate.cluster.ApplicationAddress;
import io.meltemi.pilot.translate.cluster.InboundClusterInput;
import io.meltemi.pilot.translate.cluster.StatName;
import io.meltemi.pilot.translate.cluster.TrafficSettings;
import io.meltemi.pilot.translate.listener.InboundListenerInput;
import io.meltemi.pilot.translate.listener.InboundListenerInput.Place;
import io.meltemi.pilot.translate.listener.InboundListeners;
import io.meltemi.pilot.translate.listener.Observability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What one sidecar does for its own application: where it is called, and how it passes calls on.
/// Confined to one translation.
final class InboundSide {
    private static final String LOOPBACK = "127.0.0.1";

    private final MeshView mesh;
    private final ProxyNode node;
    private final Optional<Sidecar> sidecar;
    private final List<InboundPort> ports;

    InboundSide(MeshView mesh, ProxyNode node) {
        this.mesh = mesh;
        this.node = node;
        this.sidecar = mesh.sidecar(node);
        this.ports = mesh.inboundPorts(node);
    }

    /// Where calls arrive: together where the pod's rules send them, and at each port that is
    /// bound.
    List<InboundListenerInput> listeners(WorkloadPolicies enforced, Observability observability) {
        List<InboundListenerInput> listeners = new ArrayList<>();
        switch (node.interception()) {
            case Interception.Redirect _ ->
                    listeners.add(
                            listener(
                                    new Place.Virtual(),
                                    ports.stream().filter(p -> !isBound(p)).toList(),
                                    enforced,
                                    observability));
            case Interception.Explicit explicit -> {
                List<InboundPort> served = ports.stream().filter(explicit::serves).toList();
                // A listener without filter chains is refused, and nobody may call here.
                if (!served.isEmpty()) {
                    HostPort at = explicit.inbound();
                    listeners.add(
                            listener(
                                    new Place.Bound(InboundListeners.NAME, at.host(), at.port()),
                                    served,
                                    enforced,
                                    observability));
                }
            }
        }
        ports.stream()
                .filter(this::isBound)
                .forEach(port ->
                        listeners.add(
                                listener(place(port), List.of(port), enforced, observability)));
        return listeners;
    }

    private InboundListenerInput listener(
            Place place,
            List<InboundPort> served,
            WorkloadPolicies policies,
            Observability observability) {
        return new InboundListenerInput(
                place,
                served,
                mesh.peerModes().mode(node.namespace(), node.labels()),
                mesh.peerModes().portModes(node.namespace(), node.labels()),
                policies,
                mesh.trustDomains(),
                mesh.settings().maxMtlsConnectionAge(),
                mesh.settings().config().protocolDetection(),
                mesh.settings().config().inboundRetries(),
                mesh.settings().config().pathNormalization(),
                observability);
    }

    /// Whether the sidecar opens the port itself, beside the one where all else arrives.
    private boolean isBound(InboundPort port) {
        return port.entry()
                .map(InboundPort.Entry::written)
                .filter(entry ->
                        switch (node.interception()) {
                            case Interception.Redirect _ -> entry.captureMode() == CaptureMode.NONE;
                            // Nothing is redirected, whatever is written.
                            case Interception.Explicit explicit -> !explicit.serves(port);
                        })
                .isPresent();
    }

    /// Without a pod the machine's other addresses are others'.
    private Place place(InboundPort port) {
        String bind = port.entry().map(e -> e.written().bind()).orElse("");
        if (!bind.isEmpty()) {
            return new Place.Bound(port.name(), bind, port.number());
        }
        return switch (node.interception()) {
            case Interception.Redirect _ -> new Place.Bound(port.name(), "0.0.0.0", port.number());
            case Interception.Explicit explicit ->
                    new Place.Bound(port.name(), explicit.inbound().host(), port.number());
        };
    }

    /// The ways to the application.
    List<InboundClusterInput> clusters() {
        return ports.stream().map(this::cluster).toList();
    }

    private InboundClusterInput cluster(InboundPort port) {
        Optional<Rule> rule =
                mesh.destinationRules()
                        .ofReceiver(node.namespace(), port.service())
                        .filter(r -> r.policy().isPresent());
        TrafficSettings ofRule =
                rule.flatMap(Rule::policy)
                        .map(p -> TrafficSettings.of(p, port.port().number()))
                        .orElse(TrafficSettings.NONE);
        return new InboundClusterInput(
                port.service(),
                pool(port)
                        .map(ofRule::with)
                        .orElse(ofRule)
                        .over(mesh.settings().config().upstream())
                        .ofReceiver(),
                rule.map(Rule::key),
                port.number(),
                application(port),
                port.port().protocol(),
                node.interception() instanceof Interception.Redirect,
                StatName.of(
                        mesh.settings().config().statNames().inbound(),
                        port.service(),
                        port.port(),
                        "",
                        port.number(),
                        mesh.settings().domainSuffix()));
    }

    /// What the Sidecar says stands for what a rule of the service says.
    private Optional<ConnectionPool> pool(InboundPort port) {
        return port.entry()
                .flatMap(e -> e.written().connectionPool())
                .or(() -> sidecar.flatMap(Sidecar::inboundConnectionPool));
    }

    private ApplicationAddress application(InboundPort port) {
        Application written =
                port.entry()
                        .map(InboundPort.Entry::written)
                        .map(SidecarIngress::application)
                        .orElse(new Application.SamePort());
        return switch (written) {
            case Application.SamePort _ ->
                    new ApplicationAddress.Socket(new HostPort(LOOPBACK, samePort(port)));
            case Application.Local(HostPort at) -> new ApplicationAddress.Socket(at);
            case Application.Instance(String any, int number) ->
                    new ApplicationAddress.Socket(new HostPort(ownAddress(any), number));
            case Application.UnixSocket(String path) -> new ApplicationAddress.UnixSocket(path);
        };
    }

    private int samePort(InboundPort port) {
        return switch (node.interception()) {
            case Interception.Redirect _ -> port.number();
            case Interception.Explicit explicit ->
                    explicit.serves(port) ? explicit.applicationPort() : port.number();
        };
    }

    /// Istio: a workload without an address of the family is called at the loopback's.
    private String ownAddress(String any) {
        boolean isIpv6 = any.indexOf(':') >= 0;
        if (node.address().indexOf(':') >= 0 == isIpv6) {
            return node.address();
        }
        return isIpv6 ? "::1" : LOOPBACK;
    }
}
