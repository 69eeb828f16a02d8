package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.Gateway.Port;
import io.meltemi.model.config.Gateway.Protocol;
import io.meltemi.model.config.Gateway.Server;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.WorkloadSelector;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads a `Gateway`. Immutable.
final class GatewayDecoder {
    private static final List<String> SERVED =
            Stream.of(Protocol.values()).map(Protocol::text).toList();
    private static final List<String> NOT_YET = List.of("HBONE");
    private static final String UNIX = "unix://";

    private GatewayDecoder() {}

    static Gateway decode(Metadata metadata, ObjectReader spec) {
        return new Gateway(
                metadata,
                new WorkloadSelector(spec.stringMap("selector")),
                Optional.empty(),
                spec.list("servers", GatewayDecoder::server));
    }

    private static Server server(ObjectReader server) {
        if (server.string("defaultEndpoint").isPresent()) {
            server.findings()
                    .judge(
                            Code.WITHOUT_EFFECT,
                            server.path().field("defaultEndpoint"),
                            "defaultEndpoint has no effect at a gateway: routes say where calls go");
        }
        Port port =
                server.object("port", GatewayDecoder::port)
                        .orElseGet(() -> {
                            server.missing("port");
                            return new Port(0, "", Protocol.TCP);
                        });
        return new Server(
                server.string("name").orElse(""),
                port,
                bind(server),
                server.strings("hosts"),
                server.object("tls", ServerTlsDecoder::decode));
    }

    private static String bind(ObjectReader server) {
        String bind = server.string("bind").orElse("");
        if (bind.startsWith(UNIX)) {
            server.unsupported("bind", "bind to a Unix socket");
        }
        return bind;
    }

    private static Port port(ObjectReader port) {
        if (port.has("targetPort")) {
            port.integer("targetPort")
                    .ifPresent(target ->
                            port.findings()
                                    .judge(
                                            Code.SCHEMA,
                                            port.path().field("targetPort"),
                                            "targetPort has no effect at a gateway: number is the port it listens on, or that of a service that leads to it"));
        }
        if (!port.has("number")) {
            port.missing("number");
        }
        if (!port.has("protocol")) {
            port.missing("protocol");
        }
        Optional<Protocol> protocol =
                port.upperCaseChoice("protocol", SERVED, NOT_YET)
                        .flatMap(text ->
                                Stream.of(Protocol.values())
                                        .filter(p -> p.text().equals(text))
                                        .findFirst());
        return new Port(
                port.integer("number").orElse(0),
                port.requiredString("name"),
                protocol.orElse(Protocol.TCP));
    }
}
