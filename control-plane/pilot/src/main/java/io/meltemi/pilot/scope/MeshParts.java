package io.meltemi.pilot.scope;

import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.ConfigMap;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.PeerAuthentication;
import io.meltemi.model.config.RateLimit;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.Secret;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.Telemetry;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import java.util.TreeMap;

/// What is found in a mesh once, part by part. Immutable.
///
/// A part is made of nothing but what its line here names, and is taken over from the mesh before
/// while that is the same.
record MeshParts(
        TrustDomains trustDomains,
        Telemetries telemetries,
        MeshServices services,
        MeshPorts ports,
        InboundPorts inbound,
        DestinationRules destinationRules,
        VirtualServices virtualServices,
        Sidecars sidecars,
        PeerModes peerModes,
        WorkloadPolicies policies,
        Credentials credentials,
        Changes changes) {

    /// Of a mesh with nothing before it.
    static MeshParts of(MeshSnapshot mesh, ByKind kinds) {
        MeshSettings settings = mesh.settings();
        TrustDomains trustDomains = TrustDomains.of(settings, mesh.roots());
        MeshServices services = new MeshServices(mesh, kinds.all(ServiceEntry.class));
        PeerModes peerModes = peerModes(settings, kinds);
        MeshPorts ports = MeshPorts.of(services, peerModes);
        return new MeshParts(
                trustDomains,
                telemetries(settings, kinds),
                services,
                ports,
                InboundPorts.of(ports.all()),
                new DestinationRules(kinds.all(DestinationRule.class), settings),
                new VirtualServices(kinds.all(VirtualService.class), settings),
                sidecars(settings, kinds),
                peerModes,
                policies(mesh, kinds, trustDomains),
                credentials(kinds),
                Changes.FIRST);
    }

    static Telemetries telemetries(MeshSettings settings, ByKind kinds) {
        return new Telemetries(
                kinds.all(Telemetry.class), settings.config(), settings.rootNamespace());
    }

    static Sidecars sidecars(MeshSettings settings, ByKind kinds) {
        return new Sidecars(kinds.all(Sidecar.class), settings.rootNamespace());
    }

    static PeerModes peerModes(MeshSettings settings, ByKind kinds) {
        return new PeerModes(kinds.all(PeerAuthentication.class), settings.rootNamespace());
    }

    static WorkloadPolicies policies(MeshSnapshot mesh, ByKind kinds, TrustDomains trustDomains) {
        return new WorkloadPolicies(
                kinds.all(AuthorizationPolicy.class).stream().map(trustDomains::spread).toList(),
                new TreeMap<>(),
                TokenKeys.with(mesh.keys(), kinds.all(RequestAuthentication.class)),
                kinds.all(RateLimit.class));
    }

    static Credentials credentials(ByKind kinds) {
        return new Credentials(kinds.all(Secret.class), kinds.all(ConfigMap.class));
    }

    /// Those of the next mesh.
    MeshParts next(MeshSnapshot earlier, ByKind kindsEarlier, MeshSnapshot now, ByKind kinds) {
        return new NextParts(this, earlier, kindsEarlier, now, kinds).parts();
    }
}
