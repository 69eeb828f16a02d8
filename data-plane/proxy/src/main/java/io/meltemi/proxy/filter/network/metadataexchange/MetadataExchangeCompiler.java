package io.meltemi.proxy.filter.network.metadataexchange;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.cluster.UpstreamFilter;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.filter.network.NetworkFilterContext;
import io.meltemi.xds.proto.metadataexchange.MetadataExchange;
import io.netty.channel.ChannelHandler;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.network.metadata_exchange`, for listeners and for clusters. Immutable:
/// pure functions.
public final class MetadataExchangeCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(MetadataExchange.getDescriptor(), "protocol additional_labels")
                    // Istio: it finds nobody in a proxy whose bootstrap does not name the service
                    // to ask; here no bootstrap can.
                    .ignores(MetadataExchange.getDescriptor(), "enable_discovery")
                    .build();

    private MetadataExchangeCompiler() {}

    /// Between a client and this proxy.
    public static @Nullable NetworkFilter compile(
            Any config, ConfigPlace at, NetworkFilterContext context) {
        ExchangeSettings settings = settings(config, at, context.node(), context.rootStats());
        return settings == null ? null : new OfListener(settings);
    }

    /// Between this proxy and an endpoint.
    ///
    /// @return null when the configuration was refused at `at`
    public static @Nullable UpstreamFilter compile(
            Any config, ConfigPlace at, Node node, FilterStats root) {
        ExchangeSettings settings = settings(config, at, node, root);
        return settings == null ? null : () -> handler(settings);
    }

    private static ChannelHandler handler(ExchangeSettings settings) {
        return new PeerExchange(settings, settings::isAgreed);
    }

    private record OfListener(ExchangeSettings settings) implements NetworkFilter {
        @Override
        public ChannelHandler handler() {
            return MetadataExchangeCompiler.handler(settings);
        }
    }

    private static @Nullable ExchangeSettings settings(
            Any config, ConfigPlace at, Node node, FilterStats root) {
        MetadataExchange proto =
                TypedConfig.open(config, MetadataExchange.getDefaultInstance(), FIELDS, at);
        if (proto == null) {
            return null;
        }
        if (proto.getProtocol().isEmpty()) {
            at.field("protocol").refuse("is empty: no peer could agree to it");
        }
        return new ExchangeSettings(
                proto.getProtocol(),
                new HashSet<>(proto.getAdditionalLabelsList()),
                node,
                ExchangeCounts.of(root));
    }
}
