package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress.Protocol;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.decide.rbac.CidrRange;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads addresses. Literal IPs only, unless said otherwise: resolving would block.
final class AddressCompiler {
    private AddressCompiler() {}

    /// The address, or null after refusing it.
    static @Nullable SocketAddress compile(Address address, ConfigPlace at) {
        return switch (address.getAddressCase()) {
            case SOCKET_ADDRESS -> socket(address.getSocketAddress(), at.field("socket_address"));
            case PIPE -> {
                String path = address.getPipe().getPath();
                ConfigPlace pipe = at.field("pipe");
                if (path.isEmpty()) {
                    pipe.refuse("has no path");
                    yield null;
                }
                if (address.getPipe().getMode() != 0) {
                    pipe.field("mode").refuse("is not supported yet");
                }
                yield new DomainSocketAddress(address.getPipe().getPath());
            }
            case ENVOY_INTERNAL_ADDRESS -> {
                at.field("envoy_internal_address").refuse("is not supported");
                yield null;
            }
            case ADDRESS_NOT_SET -> {
                at.refuse("is empty: needs a socket_address or a pipe");
                yield null;
            }
        };
    }

    private static @Nullable InetSocketAddress socket(
            io.envoyproxy.envoy.config.core.v3.SocketAddress address, ConfigPlace at) {
        if (address.getProtocol() != Protocol.TCP) {
            at.field("protocol").refuse(address.getProtocol() + " is not supported: use TCP");
            return null;
        }
        InetAddress ip = literal(address.getAddress());
        if (ip == null) {
            at.field("address")
                    .refuse("'" + address.getAddress() + "' is not an IPv4 or IPv6 address");
            return null;
        }
        if (address.getPortValue() < 0 || address.getPortValue() > 65535) {
            at.field("port_value")
                    .refuse(
                            Integer.toUnsignedString(address.getPortValue())
                                    + " is not between 0 and 65535");
            return null;
        }
        return new InetSocketAddress(ip, address.getPortValue());
    }

    /// A literal address, or null; names are never looked up.
    static @Nullable InetAddress literal(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null) {
            return null;
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException _) {
            return null;
        }
    }

    /// Where a range begins; null after refusing what is none.
    static @Nullable InetAddress network(String prefix, int bits, ConfigPlace at) {
        InetAddress address = literal(prefix);
        if (address == null || bits < 0 || bits > address.getAddress().length * 8) {
            at.refuse("'" + prefix + "/" + bits + "' is not a range");
            return null;
        }
        return address;
    }

    /// Ranges of addresses; what is none is refused and left out.
    static List<CidrRange> ranges(
            List<io.envoyproxy.envoy.config.core.v3.CidrRange> protos, ConfigPlace at) {
        List<CidrRange> ranges = new ArrayList<>();
        for (io.envoyproxy.envoy.config.core.v3.CidrRange proto : protos) {
            int bits = proto.getPrefixLen().getValue();
            InetAddress network = network(proto.getAddressPrefix(), bits, at);
            if (network != null) {
                ranges.add(new CidrRange(network, bits));
            }
        }
        return ranges;
    }
}
