package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.TcpKeepalive;
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
        return new SocketSettings(keepAlive(proto), options);
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
