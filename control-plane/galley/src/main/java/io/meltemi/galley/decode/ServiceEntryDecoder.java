package io.meltemi.galley.decode;

import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.ServiceEntry.Location;
import io.meltemi.model.config.ServiceEntry.Port;
import io.meltemi.model.config.ServiceEntry.WorkloadEntry;
import java.util.List;
import java.util.Optional;

/// Reads a `ServiceEntry` with resolution STATIC. Immutable.
final class ServiceEntryDecoder {
    private static final List<String> SERVED =
            List.of("HTTP", "HTTP2", "GRPC", "TCP", "HTTPS", "TLS", "MONGO", "MYSQL", "REDIS");
    private static final List<String> NOT_YET = List.of("GRPC-WEB", "UDP");

    private enum Resolution {
        STATIC
    }

    private ServiceEntryDecoder() {}

    static ServiceEntry decode(Metadata metadata, ObjectReader spec) {
        spec.notYet("exportTo", "subjectAltNames", "workloadSelector");
        if (spec.has("resolution")) {
            spec.choice(
                    "resolution",
                    Resolution.class,
                    "NONE",
                    "DNS",
                    "DNS_ROUND_ROBIN",
                    "DYNAMIC_DNS");
        } else {
            spec.unsupported(
                    "resolution", "a service entry without 'resolution: STATIC' (it means NONE)");
        }
        return new ServiceEntry(
                metadata,
                spec.strings("hosts"),
                spec.strings("addresses"),
                spec.list("ports", ServiceEntryDecoder::port),
                spec.choice("location", Location.class).orElse(Location.MESH_EXTERNAL),
                spec.list("endpoints", ServiceEntryDecoder::endpoint));
    }

    private static Port port(ObjectReader port) {
        if (!port.has("number")) {
            port.missing("number");
        }
        Optional<String> protocol = port.string("protocol").filter(p -> !p.isEmpty());
        if (protocol.isEmpty()) {
            port.unsupported(
                    "protocol", "a port without a protocol (it would have to be detected)");
        }
        return new Port(
                port.integer("number").orElse(0),
                port.requiredString("name"),
                protocol.flatMap(_ -> port.upperCaseChoice("protocol", SERVED, NOT_YET)).orElse(""),
                port.integer("targetPort"));
    }

    private static WorkloadEntry endpoint(ObjectReader endpoint) {
        endpoint.notYet("network");
        return new WorkloadEntry(
                endpoint.requiredString("address"),
                endpoint.integerMap("ports"),
                endpoint.stringMap("labels"),
                endpoint.string("locality").filter(l -> !l.isEmpty()),
                // Istio: no weight and 0 both mean an equal share.
                Math.max(1, endpoint.integer("weight").orElse(1)),
                endpoint.string("serviceAccount").filter(s -> !s.isEmpty()));
    }
}
