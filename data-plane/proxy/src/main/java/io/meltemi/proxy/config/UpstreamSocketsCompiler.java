package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions.HappyEyeballsConfig;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.TcpKeepalive;
import io.meltemi.proxy.cluster.AddressOrder;
import io.meltemi.proxy.cluster.ClusterSettings.SocketSettings;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.loop.SocketOption;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles how sockets to a cluster's endpoints are opened. Immutable.
final class UpstreamSocketsCompiler {
    /// Linux: `IPPROTO_IP` and `IP_FREEBIND`.
    private static final int IP = 0;

    private static final int IP_FREEBIND = 15;

    /// Linux: `IPPROTO_IPV6` and `IPV6_FREEBIND`.
    private static final int IP6 = 41;

    private static final int IP6_FREEBIND = 78;

    private final BindConfig usual;

    /// @param usual `cluster_manager.upstream_bind_config`, for clusters without one
    UpstreamSocketsCompiler(BindConfig usual) {
        this.usual = usual;
    }

    private BindConfig bind(Cluster proto) {
        return proto.hasUpstreamBindConfig() ? proto.getUpstreamBindConfig() : usual;
    }

    @Nullable InetSocketAddress bindAddress(Cluster proto, ConfigPlace at) {
        BindConfig bind = bind(proto);
        String address = bind.getSourceAddress().getAddress();
        if (address.isEmpty()) {
            return null;
        }
        var ip = AddressCompiler.literal(address);
        if (ip == null) {
            at.field("upstream_bind_config.source_address")
                    .refuse("'" + address + "' is not an IPv4 or IPv6 address");
            return null;
        }
        return new InetSocketAddress(ip, bind.getSourceAddress().getPortValue());
    }

    SocketSettings settings(Cluster proto, ConfigPlace at) {
        BindConfig bind = bind(proto);
        List<SocketOption> options = new ArrayList<>();
        if (bind.getFreebind().getValue()) {
            boolean six =
                    AddressCompiler.literal(bind.getSourceAddress().getAddress())
                            instanceof Inet6Address;
            options.add(
                    SocketOptionsCompiler.number(
                            six ? IP6 : IP, six ? IP6_FREEBIND : IP_FREEBIND, 1));
        }
        options.addAll(
                SocketOptionsCompiler.compile(
                        bind.getSocketOptionsList(), at.field("upstream_bind_config")));
        // Envoy: those of listening sockets mean nothing to others.
        options.removeIf(SocketOption::whenListening);
        return new SocketSettings(
                keepAlive(proto), options, order(proto, at.field("upstream_connection_options")));
    }

    /// Envoy: without a word the family of an endpoint's first address comes first, and the
    /// families take turns.
    private static AddressOrder order(Cluster proto, ConfigPlace at) {
        HappyEyeballsConfig config = proto.getUpstreamConnectionOptions().getHappyEyeballsConfig();
        AddressOrder.First first =
                switch (config.getFirstAddressFamilyVersion()) {
                    case DEFAULT -> AddressOrder.First.AS_LISTED;
                    case V4 -> AddressOrder.First.V4;
                    case V6 -> AddressOrder.First.V6;
                    case UNRECOGNIZED -> {
                        at.field("happy_eyeballs_config")
                                .field("first_address_family_version")
                                .refuse("is unknown");
                        yield AddressOrder.First.AS_LISTED;
                    }
                };
        int count =
                config.hasFirstAddressFamilyCount()
                        ? config.getFirstAddressFamilyCount().getValue()
                        : 1;
        if (count == 0) {
            at.field("happy_eyeballs_config")
                    .field("first_address_family_count")
                    .refuse("must be at least 1");
        }
        // A uint32 beyond Java's int is all there are.
        return new AddressOrder(first, count < 0 ? Integer.MAX_VALUE : count);
    }

    private static SocketSettings.@Nullable KeepAlive keepAlive(Cluster proto) {
        if (!proto.getUpstreamConnectionOptions().hasTcpKeepalive()) {
            return null;
        }
        TcpKeepalive keepalive = proto.getUpstreamConnectionOptions().getTcpKeepalive();
        return new SocketSettings.KeepAlive(
                keepalive.getKeepaliveTime().getValue(),
                keepalive.getKeepaliveInterval().getValue(),
                keepalive.getKeepaliveProbes().getValue());
    }
}
