package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.rbac.CidrRange;
import io.meltemi.proxy.observe.AddressText;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One of Envoy's `original_ip_detection_extensions`: where a request says it came from. Immutable.
public sealed interface OriginalAddress {
    /// The first that finds an address, or refuses the request, counts.
    ///
    /// @param address null when none was found
    /// @param trusted whether the address may make the request internal
    /// @param append whether the connection's peer is added to `x-forwarded-for`
    /// @param refusal null unless the request is to be refused
    record Found(
            @Nullable AddressText address,
            boolean trusted,
            boolean append,
            @Nullable LocalReply refusal) {
        static final Found NOTHING = new Found(null, false, false, null);
    }

    Found find(HeaderMap headers, InetSocketAddress peer);

    static Found first(List<OriginalAddress> all, HeaderMap headers, InetSocketAddress peer) {
        for (int i = 0; i < all.size(); i++) {
            Found found = all.get(i).find(headers, peer);
            if (found.address() != null || found.refusal() != null) {
                return found;
            }
        }
        return Found.NOTHING;
    }

    /// A literal address; null when it is none.
    static @Nullable AddressText parse(String text) {
        String ip = text.strip();
        return NetUtil.isValidIpV4Address(ip) || NetUtil.isValidIpV6Address(ip)
                ? new AddressText(ip, 0, (ip.indexOf(':') < 0 ? ip : '[' + ip + ']') + ":0")
                : null;
    }

    /// From `x-forwarded-for`: behind so many trusted proxies, or behind those in trusted ranges.
    record Forwarded(int trustedHops, List<CidrRange> trusted, boolean append)
            implements OriginalAddress {
        public Forwarded {
            trusted = List.copyOf(trusted);
        }

        @Override
        public Found find(HeaderMap headers, InetSocketAddress peer) {
            String list = headers.get(HeaderNames.X_FORWARDED_FOR);
            if (list == null || (!trusted.isEmpty() && !isTrusted(peer))) {
                return Found.NOTHING;
            }
            String[] addresses = list.split(",", -1);
            int last = addresses.length - 1 - trustedHops;
            if (last < 0) {
                return Found.NOTHING;
            }
            AddressText address =
                    trusted.isEmpty() ? parse(addresses[last]) : lastUntrusted(addresses);
            return address == null
                    ? Found.NOTHING
                    : new Found(address, addresses.length == 1, append, null);
        }

        private @Nullable AddressText lastUntrusted(String[] addresses) {
            AddressText address = null;
            for (int i = addresses.length - 1; i >= 0; i--) {
                address = parse(addresses[i]);
                if (address == null) {
                    return null;
                }
                if (!isTrusted(HostPorts.address(address, NOWHERE))) {
                    return address;
                }
            }
            return address;
        }

        private boolean isTrusted(InetSocketAddress address) {
            for (int i = 0; i < trusted.size(); i++) {
                if (!address.isUnresolved() && trusted.get(i).contains(address.getAddress())) {
                    return true;
                }
            }
            return false;
        }
    }

    InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("", 0);

    /// From a header of its own.
    ///
    /// @param trusted whether the address may make the request internal
    /// @param refusal for requests without an address there; null lets them pass
    record InHeader(String name, boolean trusted, @Nullable LocalReply refusal)
            implements OriginalAddress {
        @Override
        public Found find(HeaderMap headers, InetSocketAddress peer) {
            String value = headers.get(name);
            AddressText address = value == null ? null : parse(value);
            return address == null
                    ? new Found(null, false, false, refusal)
                    : new Found(address, trusted, false, null);
        }
    }
}
