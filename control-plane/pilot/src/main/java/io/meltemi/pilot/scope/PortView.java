package io.meltemi.pilot.scope;

import io.meltemi.model.service.ServicePort;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// One port of a service, as callers have to treat it. Immutable.
public record PortView(MeshService service, ServicePort port, List<PortEndpoint> endpoints) {
    public PortView {
        endpoints = List.copyOf(endpoints);
    }

    /// Which of the endpoints take mutual TLS.
    public enum MutualTls {
        NONE,
        SOME,
        ALL
    }

    /// Without endpoints, what they will most likely take: a service of the mesh takes it.
    public MutualTls mutualTls() {
        if (endpoints.isEmpty()) {
            boolean inMesh = !service.service().meshExternal() && service.from().isEmpty();
            return inMesh ? MutualTls.ALL : MutualTls.NONE;
        }
        long count = endpoints.stream().filter(PortEndpoint::mutualTls).count();
        return count == 0
                ? MutualTls.NONE
                : count == endpoints.size() ? MutualTls.ALL : MutualTls.SOME;
    }

    /// Whether callers do to all instances what they did before, whoever these are.
    boolean hasOtherInstancesAlone(PortView before) {
        return port.equals(before.port)
                && mutualTls() == before.mutualTls()
                && identities().equals(before.identities())
                && service.hasOtherInstancesAlone(before.service);
    }

    /// The names that may answer in a certificate: of the instances, and those written beside them.
    public SortedSet<String> identities() {
        SortedSet<String> identities = new TreeSet<>(service.subjectAltNames());
        endpoints.stream()
                .filter(PortEndpoint::mutualTls)
                .forEach(endpoint -> identities.add(endpoint.workload().identity().toString()));
        return identities;
    }
}
