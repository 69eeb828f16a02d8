package io.meltemi.pilot.scope;

import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.ConfigMap;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.PeerAuthentication;
import io.meltemi.model.config.PeerAuthentication.Mode;
import io.meltemi.model.config.RateLimit;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.Secret;
import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.SidecarEgress;
import io.meltemi.model.config.Telemetry;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.service.Workload;
import io.meltemi.model.snapshot.ConfigSnapshot;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/// A MeshSnapshot with everything found that translations look up. Immutable; made once per
/// snapshot, shared by all proxies.
public final class MeshView {
    private final MeshSnapshot snapshot;
    private final TrustDomains trustDomains;
    private final Telemetries telemetries;
    private final MeshServices services;
    private final List<PortView> ports;
    private final DestinationRules destinationRules;
    private final VirtualServices virtualServices;
    private final Sidecars sidecars;
    private final PeerModes peerModes;
    private final WorkloadPolicies policies;
    private final InboundPorts inbound;
    private final Credentials credentials;

    public MeshView(MeshSnapshot snapshot) {
        this.snapshot = snapshot;
        ConfigSnapshot config = snapshot.config();
        MeshSettings settings = snapshot.settings();
        trustDomains = TrustDomains.of(settings);
        telemetries =
                new Telemetries(
                        config.all(Telemetry.class), settings.config(), settings.rootNamespace());
        services = new MeshServices(snapshot);
        destinationRules = new DestinationRules(config.all(DestinationRule.class), settings);
        virtualServices = new VirtualServices(config.all(VirtualService.class), settings);
        sidecars = new Sidecars(config.all(Sidecar.class), settings.rootNamespace());
        peerModes = new PeerModes(config.all(PeerAuthentication.class), settings.rootNamespace());
        policies =
                new WorkloadPolicies(
                        config.all(AuthorizationPolicy.class).stream()
                                .map(trustDomains::spread)
                                .toList(),
                        new TreeMap<>(),
                        TokenKeys.with(snapshot.keys(), config.all(RequestAuthentication.class)),
                        config.all(RateLimit.class));
        List<PortView> views = new ArrayList<>();
        for (List<MeshService> ofOneName : services.all()) {
            for (MeshService service : ofOneName) {
                for (ServicePort port : service.service().ports()) {
                    views.add(new PortView(service, port, endpoints(service, port)));
                }
            }
        }
        ports = List.copyOf(views);
        inbound = new InboundPorts(ports);
        credentials = new Credentials(config.all(Secret.class), config.all(ConfigMap.class));
    }

    private List<PortEndpoint> endpoints(MeshService service, ServicePort port) {
        List<PortEndpoint> endpoints = new ArrayList<>();
        for (Endpoint endpoint : service.endpoints()) {
            Integer target = endpoint.ports().get(port.name());
            if (target == null) {
                continue;
            }
            Workload workload = endpoint.workload();
            boolean mutualTls =
                    endpoint.acceptsMtls()
                            && !service.service().meshExternal()
                            && peerModes.mode(
                                            workload.namespace(),
                                            WorkloadLabels.of(workload),
                                            target)
                                    != Mode.DISABLE;
            endpoints.add(
                    new PortEndpoint(
                            workload,
                            target,
                            Math.max(1, endpoint.weight()),
                            endpoint.health(),
                            mutualTls));
        }
        return endpoints;
    }

    public Credentials credentials() {
        return credentials;
    }

    public MeshSettings settings() {
        return snapshot.settings();
    }

    public MeshSnapshot snapshot() {
        return snapshot;
    }

    /// All services, registered or written, those of one name together.
    public Collection<List<MeshService>> services() {
        return services.all();
    }

    /// Every port of every service, by name of the service.
    public List<PortView> ports() {
        return ports;
    }

    public DestinationRules destinationRules() {
        return destinationRules;
    }

    public VirtualServices virtualServices() {
        return virtualServices;
    }

    /// What of a proxy decides about what it sees. Istio: gateways see everything.
    private Viewer viewer(ProxyNode node) {
        return new Viewer(
                node.namespace(),
                sidecar(node).map(Sidecar::key),
                destinationRules.selecting(node.namespace(), node.labels()));
    }

    /// The resource for a proxy beside an application.
    public Optional<Sidecar> sidecar(ProxyNode node) {
        return switch (node.type()) {
            case SIDECAR, GRPC -> sidecars.find(node.namespace(), node.labels());
            case ROUTER -> Optional.empty();
        };
    }

    /// What a viewer sees.
    public ServiceScope scope(Viewer viewer) {
        Optional<Sidecar> sidecar = sidecars.get(viewer);
        return new ServiceScope(this, viewer, sidecar, Imports.of(sidecar, viewer.namespace()));
    }

    /// What it sees by one entry of its sidecar resource.
    public ServiceScope scope(Viewer viewer, SidecarEgress entry) {
        return new ServiceScope(
                this, viewer, sidecars.get(viewer), List.of(Imports.of(entry, viewer.namespace())));
    }

    /// The entries of its sidecar resource for what it calls; none: it calls what it likes.
    public List<SidecarEgress> egress(Viewer viewer) {
        return sidecars.get(viewer).map(Sidecar::egress).orElse(List.of());
    }

    /// What of a proxy decides which instances are near to it.
    public Place place(ProxyNode node) {
        SortedMap<String, String> labels =
                new TreeMap<>(WorkloadLabels.placed(node.labels(), node.locality()));
        labels.keySet().retainAll(destinationRules.comparedLabels());
        return new Place(node.locality(), labels);
    }

    /// What of a proxy decides about its routes.
    public Caller caller(ProxyNode node) {
        SortedMap<String, String> labels = new TreeMap<>(node.labels());
        labels.keySet().retainAll(virtualServices.callerLabels());
        return new Caller(viewer(node), labels);
    }

    /// Those whose identities are the mesh's.
    public TrustDomains trustDomains() {
        return trustDomains;
    }

    /// What proxies tell, and to whom.
    public Telemetries telemetries() {
        return telemetries;
    }

    public PeerModes peerModes() {
        return peerModes;
    }

    /// What a proxy enforces on calls to it.
    ///
    /// @param scope what it sees itself, when that is needed
    public WorkloadPolicies policies(ProxyNode node, Supplier<ServiceScope> scope) {
        WorkloadPolicies selected =
                policies.select(settings().rootNamespace(), node.namespace(), node.labels());
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
        return inbound.behind(node, named).orElse(named);
    }

    /// The gateways that a proxy carries, by namespace and name.
    public List<Gateway> gateways(ProxyNode node) {
        return snapshot.config().all(Gateway.class).stream()
                .filter(gateway -> gateway.isFor(node.namespace(), node.labels()))
                .toList();
    }

    /// The ports on which a proxy's workload is called.
    ///
    /// Istio: when two services share a workload's port, the older one, here the first by host
    /// name, gives it its protocol.
    public List<InboundPort> inboundPorts(ProxyNode node) {
        List<InboundPort> called = inbound.called(node);
        return sidecar(node)
                .filter(s -> !s.ingress().isEmpty())
                .map(s -> IngressPorts.of(s, called))
                .orElse(called);
    }
}
