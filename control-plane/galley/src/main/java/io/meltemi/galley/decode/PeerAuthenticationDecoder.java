package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.PeerAuthentication;
import io.meltemi.model.config.PeerAuthentication.Mode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads a `PeerAuthentication`. Immutable.
final class PeerAuthenticationDecoder {
    private PeerAuthenticationDecoder() {}

    static PeerAuthentication decode(Metadata metadata, ObjectReader spec) {
        Optional<Optional<Mode>> mode = spec.object("mtls", PeerAuthenticationDecoder::mode);
        Map<Integer, Mode> byPort = new HashMap<>();
        spec.map("portLevelMtls", PeerAuthenticationDecoder::mode)
                .forEach((port, given) -> {
                    if (port.matches("[0-9]{1,5}")) {
                        byPort.put(Integer.parseInt(port), given.orElse(Mode.UNSET));
                    } else {
                        spec.findings()
                                .unread(
                                        Code.WRONG_TYPE,
                                        spec.path().field("portLevelMtls").field(port),
                                        "expected a port number, got '%s'"
                                                .formatted(ObjectReader.shown(port)));
                    }
                });
        FieldPath ports = spec.path().field("portLevelMtls");
        if (spec.has("portLevelMtls") && byPort.isEmpty()) {
            spec.findings().judge(Code.SCHEMA, ports, ports + " should have at least one port");
        }
        return new PeerAuthentication(
                metadata, SelectorDecoder.decode(spec), mode.orElse(Optional.empty()), byPort);
    }

    private static Optional<Mode> mode(ObjectReader mtls) {
        return mtls.choice("mode", Mode.class);
    }
}
