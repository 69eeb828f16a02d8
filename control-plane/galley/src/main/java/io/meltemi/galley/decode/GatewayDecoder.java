package io.meltemi.galley.decode;

import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.Gateway.Server;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.WorkloadSelector;
import java.util.List;

/// Reads a `Gateway`. Immutable.
final class GatewayDecoder {
    private static final List<String> SERVED = List.of("HTTP", "HTTP2", "GRPC");
    private static final List<String> NOT_YET =
            List.of("HTTPS", "GRPC-WEB", "TCP", "TLS", "MONGO", "HBONE");

    private GatewayDecoder() {}

    static Gateway decode(Metadata metadata, ObjectReader spec) {
        return new Gateway(
                metadata,
                new WorkloadSelector(spec.stringMap("selector")),
                spec.list("servers", GatewayDecoder::server));
    }

    private record Port(int number, String name, String protocol) {}

    private static Server server(ObjectReader server) {
        server.notYet("bind", "defaultEndpoint", "tls");
        // Istio: only shown in debug output.
        server.ignore("name");
        Port port =
                server.object("port", GatewayDecoder::port)
                        .orElseGet(() -> {
                            server.missing("port");
                            return new Port(0, "", "");
                        });
        return new Server(port.number(), port.name(), port.protocol(), server.strings("hosts"));
    }

    private static Port port(ObjectReader port) {
        port.notYet("targetPort");
        if (!port.has("number")) {
            port.missing("number");
        }
        if (!port.has("protocol")) {
            port.missing("protocol");
        }
        return new Port(
                port.integer("number").orElse(0),
                port.requiredString("name"),
                port.upperCaseChoice("protocol", SERVED, NOT_YET).orElse(""));
    }
}
