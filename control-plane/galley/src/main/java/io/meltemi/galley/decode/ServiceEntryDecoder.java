package io.meltemi.galley.decode;

import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.ServiceEntry.Location;
import io.meltemi.model.config.ServiceEntry.Port;
import io.meltemi.model.config.ServiceEntry.Resolution;
import io.meltemi.model.config.WorkloadSelector;
import java.util.List;
import java.util.Optional;

/// Reads a `ServiceEntry`. Immutable.
final class ServiceEntryDecoder {
    private static final List<String> SERVED =
            List.of("HTTP", "HTTP2", "GRPC", "TCP", "HTTPS", "TLS", "MONGO", "MYSQL", "REDIS");
    private static final List<String> NOT_YET = List.of("GRPC-WEB", "UDP");

    private ServiceEntryDecoder() {}

    static ServiceEntry decode(Metadata metadata, ObjectReader spec) {
        return new ServiceEntry(
                metadata,
                spec.strings("hosts"),
                spec.strings("addresses"),
                spec.list("ports", ServiceEntryDecoder::port),
                spec.choice("location", Location.class).orElse(Location.MESH_EXTERNAL),
                spec.choice("resolution", Resolution.class, "DYNAMIC_DNS").orElse(Resolution.NONE),
                spec.list("endpoints", WorkloadSpecDecoder::decode),
                spec.object("workloadSelector", s -> new WorkloadSelector(s.stringMap("labels"))),
                spec.strings("exportTo"),
                spec.strings("subjectAltNames"));
    }

    private static Port port(ObjectReader port) {
        if (!port.has("number")) {
            port.missing("number");
        }
        Optional<String> protocol = port.string("protocol").filter(p -> !p.isEmpty());
        return new Port(
                port.integer("number").orElse(0),
                port.requiredString("name"),
                protocol.flatMap(_ -> port.upperCaseChoice("protocol", SERVED, NOT_YET)).orElse(""),
                port.integer("targetPort"));
    }
}
