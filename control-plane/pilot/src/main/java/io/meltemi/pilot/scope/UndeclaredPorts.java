package io.meltemi.pilot.scope;

import io.meltemi.model.config.ClientTls;
import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.model.config.TrafficPolicy.Settings;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.ServicePort;
import io.meltemi.pilot.scope.DestinationRules.Rule;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Ports that do not say what is spoken, and to which the mesh's own TLS is spoken: callers have to
/// tell there what comes. Thread-safe: pure.
public final class UndeclaredPorts {
    private UndeclaredPorts() {}

    /// @param rule that callers follow
    static SortedSet<Integer> of(MeshService service, Optional<Rule> rule) {
        SortedSet<Integer> ports = new TreeSet<>();
        for (ServicePort port : service.service().ports()) {
            if (isOne(port, service, rule)) {
                ports.add(port.number());
            }
        }
        return ports;
    }

    /// Whether it is one of a service's.
    ///
    /// @param rule that callers follow
    public static boolean isOne(ServicePort port, MeshService service, Optional<Rule> rule) {
        return port.protocol() == Protocol.AUTO
                && !service.service().meshExternal()
                && rule.flatMap(Rule::policy)
                        .flatMap(policy -> tls(policy, port.number()))
                        .map(tls -> tls.mode().isOwn())
                        .orElse(true);
    }

    private static Optional<ClientTls> tls(TrafficPolicy policy, int port) {
        return policy.ports().stream()
                .filter(p -> p.port() == port)
                .findFirst()
                .map(p -> p.settings())
                .or(() -> Optional.of(policy.settings()))
                .flatMap(Settings::tls);
    }
}
