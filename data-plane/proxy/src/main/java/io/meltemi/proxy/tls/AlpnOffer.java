package io.meltemi.proxy.tls;

import java.util.List;

/// What a client offers by ALPN beside its TLS configuration. Immutable.
public sealed interface AlpnOffer {
    /// Nothing: the configuration says it.
    AlpnOffer NONE = new Fallback(List.of());

    /// Where the configuration names nothing.
    ///
    /// @param names best first; empty for nothing
    record Fallback(List<String> names) implements AlpnOffer {
        public Fallback {
            names = List.copyOf(names);
        }
    }

    /// Whatever the configuration names.
    ///
    /// @param names best first
    record Instead(List<String> names) implements AlpnOffer {
        public Instead {
            names = List.copyOf(names);
        }
    }
}
