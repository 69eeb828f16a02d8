package io.meltemi.proxy.observe;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/// An address together with the text logs print for it, made once per connection or host so that no
/// exchange formats it again. Immutable.
///
/// @param ip the literal address without brackets; the path for a Unix socket
/// @param port -1 for a Unix socket
/// @param text `10.0.0.7:8080`, `[::1]:80` or `/path/of/socket`
public record AddressText(String ip, int port, String text) {
    public static AddressText of(InetSocketAddress address) {
        if (address.getAddress() == null) {
            throw new IllegalArgumentException(
                    address + " is not resolved: only sockets' own addresses are logged");
        }
        String ip = address.getAddress().getHostAddress();
        boolean six = address.getAddress() instanceof Inet6Address;
        if (six) {
            ip = Ipv6Text.of(address.getAddress().getAddress());
        }
        String text = six ? "[" + ip + "]:" + address.getPort() : ip + ":" + address.getPort();
        return new AddressText(ip, address.getPort(), text);
    }

    public static AddressText ofPath(String path) {
        return new AddressText(path, -1, path);
    }

    public boolean isIp() {
        return port >= 0;
    }
}
