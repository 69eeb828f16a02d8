package io.meltemi.pilot.translate.cluster;

import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;

/// How a cluster is called in statistics. Thread-safe: stateless.
public final class StatName {
    private StatName() {}

    /// Istio's places: of the mesh's own services `SERVICE` is name and namespace, and
    /// `SERVICE_NAME` the name; of others both are the host.
    ///
    /// @param pattern empty: the cluster's own name
    /// @param subset empty for all endpoints
    /// @param targetPort 0 where each endpoint has its own
    public static String of(
            String pattern,
            Service service,
            ServicePort port,
            String subset,
            int targetPort,
            String domainSuffix) {
        String host = service.hostname().value();
        boolean own = host.equals(service.name() + "." + service.namespace() + "." + domainSuffix);
        return pattern.replace("%SERVICE%", own ? service.name() + "." + service.namespace() : host)
                .replace("%SERVICE_NAME%", own ? service.name() : host)
                .replace("%SERVICE_FQDN%", host)
                .replace("%SUBSET_NAME%", subset)
                .replace("%TARGET_PORT%", Integer.toString(targetPort))
                .replace("%SERVICE_PORT%", Integer.toString(port.number()))
                .replace("%SERVICE_PORT_NAME%", port.name());
    }
}
