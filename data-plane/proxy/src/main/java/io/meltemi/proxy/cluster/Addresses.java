package io.meltemi.proxy.cluster;

import io.meltemi.proxy.observe.AddressText;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/// Addresses as Envoy writes them.
public final class Addresses {
    private Addresses() {}

    /// What logs print for an address.
    public static AddressText record(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet when inet.getAddress() != null -> AddressText.of(inet);
            case InetSocketAddress name ->
                    AddressText.ofPath(name.getHostString() + ':' + name.getPort());
            // The zero that an abstract socket's name begins with.
            case DomainSocketAddress unix -> AddressText.ofPath(unix.path().replace('\0', '@'));
            case UnixDomainSocketAddress unix -> AddressText.ofPath(unix.getPath().toString());
            default -> AddressText.ofPath(address.toString());
        };
    }

    /// `10.0.0.7:8080`, `[::1]:80`, or the path of a Unix socket.
    public static String text(SocketAddress address) {
        return record(address).text();
    }
}
