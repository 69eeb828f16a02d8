package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.FieldPath;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a listener does TLS, as it is written. Immutable.
///
/// @param options Istio's own, by name
public record ListenerTls(
        Mode mode, List<ObjectRef> certificates, Map<String, String> options, FieldPath at) {
    public ListenerTls {
        certificates = List.copyOf(certificates);
        options = Map.copyOf(options);
    }

    /// Who ends it.
    public enum Mode {
        TERMINATE("Terminate"),
        PASSTHROUGH("Passthrough");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        /// As it is written.
        public String text() {
            return text;
        }
    }

    /// @param namespace absent: the gateway's own
    public record ObjectRef(
            String group, String kind, Optional<String> namespace, String name, FieldPath at) {}

    /// What clients have to show at all listeners of a gateway, and at those of some ports.
    ///
    /// @param perPort in the place of what holds for all; a port may ask for nothing
    public record Frontend(
            Optional<ClientValidation> all, Map<Integer, Optional<ClientValidation>> perPort) {
        /// Clients show nothing.
        public static final Frontend NONE = new Frontend(Optional.empty(), Map.of());

        public Frontend {
            perPort = Map.copyOf(perPort);
        }

        Optional<ClientValidation> of(int port) {
            return perPort.getOrDefault(port, all);
        }
    }

    /// @param authorities that clients' certificates must be of
    public record ClientValidation(List<ObjectRef> authorities, Fallback fallback, FieldPath at) {
        public ClientValidation {
            authorities = List.copyOf(authorities);
        }
    }

    /// What becomes of clients that prove nothing.
    public enum Fallback {
        REFUSED("AllowValidOnly"),
        ALLOWED("AllowInsecureFallback");

        private final String text;

        Fallback(String text) {
            this.text = text;
        }

        /// As it is written.
        public String text() {
            return text;
        }
    }
}
