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
    public static SortedSet<Integer> of(MeshService service, Optional<Rule> rule) {
        SortedSet<Integer> ports = new TreeSet<>();
        if (service.service().meshExternal()) {
            return ports;
        }
        Optional<TrafficPolicy> policy = rule.flatMap(Rule::policy);
        for (ServicePort port : service.service().ports()) {
            if (port.protocol() == Protocol.AUTO
                    && policy.flatMap(p -> tls(p, port.number()))
                            .map(tls -> tls.mode().isOwn())
                            .orElse(true)) {
                ports.add(port.number());
            }
        }
        return ports;
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
