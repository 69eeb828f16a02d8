package io.meltemi.pilot.scope;

import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.SidecarIngress;
import io.meltemi.model.config.SidecarPort;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The ports that a Sidecar opens for calls. Thread-safe: stateless.
final class IngressPorts {
    private IngressPorts() {}

    /// Istio: what a Sidecar opens stands for all that services would have opened; an entry belongs
    /// to the service that leads to its port, or to nobody.
    ///
    /// @param called those of services
    static List<InboundPort> of(Sidecar sidecar, List<InboundPort> called) {
        return sidecar.ingress().stream()
                .map(entry -> port(sidecar, entry, called))
                .sorted(Comparator.comparingInt(InboundPort::number))
                .toList();
    }

    private static InboundPort port(
            Sidecar sidecar, SidecarIngress entry, List<InboundPort> called) {
        int number = entry.port().number();
        ServicePort port = new ServicePort(entry.port().name(), number, protocol(entry));
        return new InboundPort(
                number,
                called.stream()
                        .filter(p -> p.number() == number)
                        .map(InboundPort::service)
                        .findFirst()
                        .orElseGet(() -> standIn(sidecar, port)),
                port,
                Optional.of(new InboundPort.Entry(sidecar.key(), entry)));
    }

    private static Service standIn(Sidecar sidecar, ServicePort port) {
        String name = sidecar.metadata().name();
        String namespace = sidecar.metadata().namespace();
        return new Service(
                new Hostname(name + "." + namespace),
                name,
                namespace,
                List.of(port),
                Optional.empty(),
                true);
    }

    /// What is spoken behind the TLS that ends here.
    private static Protocol protocol(SidecarIngress entry) {
        SidecarPort written = entry.port();
        if (!written.isTls() || entry.endedTls().isEmpty()) {
            return written.spoken();
        }
        return written.is(Gateway.Protocol.HTTPS) ? Protocol.HTTP : Protocol.TCP;
    }
}
