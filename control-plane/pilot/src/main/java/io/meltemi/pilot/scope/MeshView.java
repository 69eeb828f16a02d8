package io.meltemi.pilot.scope;

import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.SidecarEgress;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/// A MeshSnapshot with everything found that translations look up. Immutable; made once per
/// snapshot, shared by all proxies. It takes over from the one before what did not change.
public final class MeshView {
    private final MeshSnapshot snapshot;
    private final ByKind kinds;
    private final MeshParts parts;

    public MeshView(MeshSnapshot snapshot) {
        this.snapshot = snapshot;
        this.kinds = new ByKind(snapshot.config());
        this.parts = MeshParts.of(snapshot, kinds);
    }

    private MeshView(MeshView before, MeshSnapshot snapshot) {
        this.snapshot = snapshot;
        this.kinds = new ByKind(snapshot.config());
        this.parts = before.parts.next(before.snapshot, before.kinds, snapshot, kinds);
    }

    /// The next mesh: what did not change is taken over, not found anew.
    public MeshView next(MeshSnapshot later) {
        return new MeshView(this, later);
    }

    /// In what it differs from those before it.
    public Changes changes() {
        return parts.changes();
    }

    public Credentials credentials() {
        return parts.credentials();
    }

    public MeshSettings settings() {
        return snapshot.settings();
    }

    public MeshSnapshot snapshot() {
        return snapshot;
    }

    /// All services, registered or written, those of one name together.
    public Collection<List<MeshService>> services() {
        return parts.services().all();
    }

    /// All of one name.
    List<MeshService> services(String hostname) {
        return hostname.isEmpty() ? List.of() : parts.services().of(new Hostname(hostname));
    }

    /// Every port of every service, by name of the service.
    public List<PortView> ports() {
        return parts.ports().all();
    }

    public DestinationRules destinationRules() {
        return parts.destinationRules();
    }

    public VirtualServices virtualServices() {
        return parts.virtualServices();
    }

    /// What of a proxy decides about what it sees. Istio: gateways see everything.
    private Viewer viewer(ProxyNode node) {
        return new Viewer(
                node.namespace(),
                sidecar(node).map(Sidecar::key),
                parts.destinationRules().selecting(node.namespace(), node.labels()));
    }

    /// The resource for a proxy beside an application.
    public Optional<Sidecar> sidecar(ProxyNode node) {
        return switch (node.type()) {
            case SIDECAR, GRPC -> parts.sidecars().find(node.namespace(), node.labels());
            case ROUTER -> Optional.empty();
        };
    }

    /// What a viewer sees.
    public ServiceScope scope(Viewer viewer) {
        Optional<Sidecar> sidecar = parts.sidecars().get(viewer);
        return new ServiceScope(this, viewer, sidecar, Imports.of(sidecar, viewer.namespace()));
    }

    /// What it sees by one entry of its sidecar resource.
    public ServiceScope scope(Viewer viewer, SidecarEgress entry) {
        return new ServiceScope(
                this,
                viewer,
                parts.sidecars().get(viewer),
                List.of(Imports.of(entry, viewer.namespace())));
    }

    /// The entries of its sidecar resource for what it calls; none: it calls what it likes.
    public List<SidecarEgress> egress(Viewer viewer) {
        return parts.sidecars().get(viewer).map(Sidecar::egress).orElse(List.of());
    }

    /// What of a proxy decides which instances are near to it.
    public Place place(ProxyNode node) {
        SortedMap<String, String> labels =
                new TreeMap<>(WorkloadLabels.placed(node.labels(), node.locality()));
        labels.keySet().retainAll(parts.destinationRules().comparedLabels());
        return new Place(node.locality(), labels);
    }

    /// What of a proxy decides about its routes.
    public Caller caller(ProxyNode node) {
        SortedMap<String, String> labels = new TreeMap<>(node.labels());
        labels.keySet().retainAll(parts.virtualServices().callerLabels());
        return new Caller(viewer(node), labels);
    }

    /// Those whose identities are the mesh's.
    public TrustDomains trustDomains() {
        return parts.trustDomains();
    }

    /// What proxies tell, and to whom.
    public Telemetries telemetries() {
        return parts.telemetries();
    }

    public PeerModes peerModes() {
        return parts.peerModes();
    }

    /// What a proxy enforces on calls to it.
    ///
    /// @param scope what it sees itself, when that is needed
    public WorkloadPolicies policies(ProxyNode node, Supplier<ServiceScope> scope) {
        WorkloadPolicies selected =
                parts.policies()
                        .select(settings().rootNamespace(), node.namespace(), node.labels());
        WorkloadPolicies all =
                selected.asksOthers()
                        ? selected.with(
                                Authorizers.of(
                                        selected.authorization(),
                                        settings().config().extensionProviders(),
                                        scope.get()))
                        : selected;
        return switch (node.type()) {
            case SIDECAR, GRPC -> all;
            // A quota for everybody is counted once: where the request arrives for good.
            case ROUTER -> all.withoutRateLimitsForAll();
        };
    }

    /// The port on which a gateway's workload listens for a port that its servers name.
    ///
    /// Istio: what a service that leads to the workload calls so is the workload's own number
    /// behind it, the first by name decides; any other port stands for itself.
    public int listenedPort(ProxyNode node, int named) {
        return parts.inbound().behind(node, named).orElse(named);
    }

    /// The gateways that a proxy carries, by namespace and name.
    public List<Gateway> gateways(ProxyNode node) {
        return kinds.all(Gateway.class).stream()
                .filter(gateway -> gateway.isFor(node.namespace(), node.labels()))
                .toList();
    }

    /// What leads to a proxy's workload: the same object as long as that is the same.
    public Object calls(ProxyNode node) {
        return parts.inbound().calls(node);
    }

    /// The ports on which a proxy's workload is called.
    ///
    /// Istio: when two services share a workload's port, the older one, here the first by host
    /// name, gives it its protocol.
    public List<InboundPort> inboundPorts(ProxyNode node) {
        List<InboundPort> called = parts.inbound().called(node);
        return sidecar(node)
                .filter(s -> !s.ingress().isEmpty())
                .map(s -> IngressPorts.of(s, called))
                .orElse(called);
    }
}
