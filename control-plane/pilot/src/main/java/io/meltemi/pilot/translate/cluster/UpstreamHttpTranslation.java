package io.meltemi.pilot.translate.cluster;

import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.UseDownstreamHttpConfig;
import io.meltemi.model.config.ConnectionPool;
import io.meltemi.pilot.translate.Protos;
import java.util.Optional;

/// How a cluster speaks HTTP. Thread-safe: pure.
final class UpstreamHttpTranslation {
    static final String KEY = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    private UpstreamHttpTranslation() {}

    /// Empty where Envoy's defaults are meant.
    static Optional<HttpProtocolOptions> translate(TrafficSettings policy, SpokenProtocol spoken) {
        Optional<ConnectionPool> pool = policy.connectionPool();
        Optional<UpstreamHttpProtocolOptions> names = UpstreamTls.ofRequests(policy);
        io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions common =
                pool.map(UpstreamHttpTranslation::common)
                        .orElse(
                                io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions
                                        .getDefaultInstance());
        boolean hasCommon = common.getSerializedSize() > 0;
        HttpProtocolOptions.Builder options = HttpProtocolOptions.newBuilder();
        if (hasCommon) {
            options.setCommonHttpProtocolOptions(common);
        }
        names.ifPresent(options::setUpstreamHttpProtocolOptions);
        switch (spoken) {
            case HTTP2 ->
                    options.setExplicitHttpConfig(
                            ExplicitHttpConfig.newBuilder().setHttp2ProtocolOptions(http2(pool)));
            case OF_CLIENT -> options.setUseDownstreamProtocolConfig(asTheClient());
            // Envoy wants a protocol to be named, and never uses it for bytes.
            case HTTP1, TCP -> {
                if (!hasCommon && names.isEmpty()) {
                    return Optional.empty();
                }
                options.setExplicitHttpConfig(
                        ExplicitHttpConfig.newBuilder()
                                .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance()));
            }
        }
        return Optional.of(options.build());
    }

    static UseDownstreamHttpConfig asTheClient() {
        return UseDownstreamHttpConfig.newBuilder()
                .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
                .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance())
                .build();
    }

    /// Istio: without an idle time for HTTP that of TCP holds.
    private static io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions common(
            ConnectionPool pool) {
        io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.Builder common =
                io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.newBuilder();
        pool.http()
                .idleTimeout()
                .or(() -> pool.tcp().idleTimeout())
                .ifPresent(d -> common.setIdleTimeout(Protos.duration(d)));
        pool.tcp()
                .maxConnectionDuration()
                .ifPresent(d -> common.setMaxConnectionDuration(Protos.duration(d)));
        TrafficPolicyTranslation.positive(
                pool.http().maxRequestsPerConnection(),
                n -> common.setMaxRequestsPerConnection(Protos.uint32(n)));
        return common.build();
    }

    private static Http2ProtocolOptions http2(Optional<ConnectionPool> pool) {
        Http2ProtocolOptions.Builder out = Http2ProtocolOptions.newBuilder();
        pool.map(ConnectionPool::http)
                .ifPresent(http -> {
                    TrafficPolicyTranslation.positive(
                            http.maxConcurrentStreams(),
                            n -> out.setMaxConcurrentStreams(Protos.uint32(n)));
                    http.http2Keepalive()
                            .ifPresent(k ->
                                    out.setConnectionKeepalive(
                                            KeepaliveSettings.newBuilder()
                                                    .setInterval(Protos.duration(k.interval()))
                                                    .setTimeout(Protos.duration(k.timeout()))));
                });
        return out.build();
    }
}
