package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.Gateway.Protocol;
import io.meltemi.model.config.SidecarPort;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads a port that a Sidecar opens. Immutable.
final class SidecarPortDecoder {
    private static final List<String> SERVED =
            Stream.of(Protocol.values()).map(Protocol::text).toList();
    private static final List<String> NOT_YET = List.of("HBONE", "UDP");

    private SidecarPortDecoder() {}

    static SidecarPort decode(ObjectReader port) {
        if (port.has("targetPort")) {
            port.findings()
                    .judge(
                            Code.WITHOUT_EFFECT,
                            port.path().field("targetPort"),
                            "targetPort has no effect in a Sidecar: number is the port itself");
            port.ignore("targetPort");
        }
        Optional<String> protocol = port.string("protocol").filter(p -> !p.isEmpty());
        return new SidecarPort(
                port.integer("number").orElse(0),
                port.string("name").orElse(""),
                protocol.flatMap(_ -> port.upperCaseChoice("protocol", SERVED, NOT_YET))
                        .flatMap(text ->
                                Stream.of(Protocol.values())
                                        .filter(p -> p.text().equals(text))
                                        .findFirst()));
    }
}
