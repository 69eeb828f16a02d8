package io.meltemi.proxy.tls;

import java.util.List;

/// What the first bytes of a downstream connection say, for the filter chain match. Immutable.
///
/// @param isTls false: anything that is not a TLS client hello (`raw_buffer`)
/// @param serverName SNI, lower case; empty when absent
/// @param applicationProtocols ALPN in the client's order; empty when absent
public record ClientHello(boolean isTls, String serverName, List<String> applicationProtocols) {
    static final ClientHello RAW_BUFFER = new ClientHello(false, "", List.of());

    public ClientHello {
        applicationProtocols = List.copyOf(applicationProtocols);
    }

    /// Envoy's word for `filter_chain_match.transport_protocol`.
    public String transportProtocol() {
        return isTls ? "tls" : "raw_buffer";
    }
}
