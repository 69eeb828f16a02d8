package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.http.h2.Http2Options;

/// Compiles `http2_protocol_options` and the limits on headers that stand beside them. Immutable:
/// pure functions.
final class Http2OptionsCompiler {
    private Http2OptionsCompiler() {}

    /// What cannot be is refused at `at`, unless a rule of the protocol has said so already.
    static Http2Options compile(
            Http2ProtocolOptions proto, int headerBytes, int headerCount, ConfigPlace at) {
        try {
            return Http2Options.of(proto).withHeaderLimits(headerBytes, headerCount);
        } catch (IllegalArgumentException e) {
            if (at.isClean()) {
                at.refuse(String.valueOf(e.getMessage()));
            }
            return Http2Options.DEFAULTS;
        }
    }
}
