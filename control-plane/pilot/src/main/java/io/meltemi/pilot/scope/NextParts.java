package io.meltemi.pilot.scope;

import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.ConfigMap;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.PeerAuthentication;
import io.meltemi.model.config.RateLimit;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Secret;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.Telemetry;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.config.WorkloadEntry;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds the parts of a mesh by those of the one before. Confined to one comparison.
final class NextParts {
    private final MeshParts before;
    private final MeshSnapshot earlier;
    private final ByKind kindsEarlier;
    private final MeshSnapshot now;
    private final ByKind kinds;
    private final Set<Part> changed = EnumSet.noneOf(Part.class);

    /// The virtual services that say something else of requests, where nothing else of them
    /// differs.
    private Set<ResourceKey> requests = Set.of();

    NextParts(
            MeshParts before,
            MeshSnapshot earlier,
            ByKind kindsEarlier,
            MeshSnapshot now,
            ByKind kinds) {
        this.before = before;
        this.earlier = earlier;
        this.kindsEarlier = kindsEarlier;
        this.now = now;
        this.kinds = kinds;
    }

    /// Whether a part is as it was; notes it where not. The settings go into every part.
    @SafeVarargs
    private boolean isSame(Part part, Class<? extends ConfigResource>... of) {
        boolean same = !changed.contains(Part.SETTINGS);
        for (Class<? extends ConfigResource> kind : of) {
            same &= kinds.hasSame(kind, kindsEarlier);
        }
        if (!same) {
            changed.add(part);
        }
        return same;
    }

    MeshParts parts() {
        MeshSettings settings = now.settings();
        // Whether others are believed stands in every listener and cluster.
        TrustDomains trustDomains = TrustDomains.of(settings, now.roots());
        if (!settings.equals(earlier.settings()) || !trustDomains.equals(before.trustDomains())) {
            changed.add(Part.SETTINGS);
        }
        PeerModes peerModes =
                isSame(Part.PEERS, PeerAuthentication.class)
                        ? before.peerModes()
                        : MeshParts.peerModes(settings, kinds);
        MeshServices services = services();
        MeshPorts ports = ports(services, peerModes);
        isSame(Part.GATEWAYS, Gateway.class);
        VirtualServices virtualServices = virtualServices();
        return new MeshParts(
                trustDomains,
                isSame(Part.TELEMETRY, Telemetry.class)
                        ? before.telemetries()
                        : MeshParts.telemetries(settings, kinds),
                services,
                ports,
                inbound(ports),
                isSame(Part.RULES, DestinationRule.class)
                        ? before.destinationRules()
                        : new DestinationRules(kinds.all(DestinationRule.class), settings),
                virtualServices,
                isSame(Part.SIDECARS, Sidecar.class)
                        ? before.sidecars()
                        : MeshParts.sidecars(settings, kinds),
                peerModes,
                policies(trustDomains),
                isSame(Part.CREDENTIALS, Secret.class, ConfigMap.class)
                        ? before.credentials()
                        : MeshParts.credentials(kinds),
                // The last: it is about what the others have found.
                before.changes()
                        .next(
                                changed,
                                changed.contains(Part.SERVICES) ? List.of() : ports.moved(),
                                requests));
    }

    private MeshServices services() {
        // Quick to say only of the same object and of nothing; else the walk below finds no change.
        boolean sameRegistered =
                earlier.services().equals(now.services())
                        && earlier.config().services().isEmpty()
                        && now.config().services().isEmpty();
        if (isSame(Part.INSTANCES, ServiceEntry.class, WorkloadEntry.class) && sameRegistered) {
            return before.services();
        }
        changed.add(Part.INSTANCES);
        List<ServiceEntry> entries = kinds.all(ServiceEntry.class);
        return before.services()
                .next(earlier, kindsEarlier.all(ServiceEntry.class), now, entries)
                .orElseGet(() -> {
                    changed.add(Part.SERVICES);
                    return new MeshServices(now, entries);
                });
    }

    private MeshPorts ports(MeshServices services, PeerModes peerModes) {
        boolean mayBeShort = !changed.contains(Part.SERVICES) && !changed.contains(Part.PEERS);
        if (mayBeShort && !changed.contains(Part.INSTANCES)) {
            return before.ports().settled();
        }
        Optional<MeshPorts> next =
                mayBeShort ? before.ports().next(services, peerModes) : Optional.empty();
        return next.orElseGet(() -> {
            changed.add(Part.INSTANCES);
            changed.add(Part.SERVICES);
            return MeshPorts.of(services, peerModes);
        });
    }

    private InboundPorts inbound(MeshPorts ports) {
        if (changed.contains(Part.SERVICES)) {
            return InboundPorts.of(ports.all());
        }
        return ports.moved().isEmpty() ? before.inbound() : before.inbound().next(ports.moved());
    }

    private VirtualServices virtualServices() {
        if (isSame(Part.REQUESTS, VirtualService.class)) {
            return before.virtualServices();
        }
        VirtualServices next = new VirtualServices(kinds.all(VirtualService.class), now.settings());
        Optional<Set<ResourceKey>> others =
                changed.contains(Part.SETTINGS)
                        ? Optional.empty()
                        : next.otherRequestsAlone(before.virtualServices());
        others.ifPresentOrElse(alone -> requests = alone, () -> changed.add(Part.ROUTES));
        return next;
    }

    private WorkloadPolicies policies(TrustDomains trustDomains) {
        boolean same =
                isSame(
                        Part.POLICIES,
                        AuthorizationPolicy.class,
                        RequestAuthentication.class,
                        RateLimit.class);
        if (same && now.keys().equals(earlier.keys())) {
            return before.policies();
        }
        changed.add(Part.POLICIES);
        return MeshParts.policies(now, kinds, trustDomains);
    }
}
