package io.meltemi.pilot.translate.route;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue;
import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue.SharedWithUpstream;
import io.envoyproxy.envoy.extensions.filters.http.set_filter_state.v3.Config;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.pilot.translate.Protos;

/// Tells the callee's sidecar, in the handshake, that requests come: on a port that does not say
/// what is spoken it could not look into what is encrypted. Thread-safe: constants.
///
/// Istio has a filter of its own for it (`istio.alpn`), which a stock Envoy lacks; both have this
/// one, by which a route overrides what its cluster offers.
public final class SpokenMark {
    static final String FILTER = "envoy.filters.http.set_filter_state";

    /// On a route, or on a destination's share of it.
    static final Any OF_ROUTE =
            Protos.any(
                    Config.newBuilder()
                            .addOnRequestHeaders(
                                    FilterStateValue.newBuilder()
                                            .setObjectKey("envoy.network.application_protocols")
                                            .setFormatString(
                                                    SubstitutionFormatString.newBuilder()
                                                            .setTextFormatSource(
                                                                    DataSource.newBuilder()
                                                                            .setInlineString(
                                                                                    "istio-%PROTOCOL%,istio")))
                                            .setSharedWithUpstream(SharedWithUpstream.ONCE))
                            .build());

    private SpokenMark() {}

    /// What routes configure; by itself it does nothing.
    public static HttpFilter filter() {
        return HttpFilter.newBuilder()
                .setName(FILTER)
                .setTypedConfig(Protos.any(Config.getDefaultInstance()))
                .build();
    }
}
