package io.meltemi.proxy.http;

import io.meltemi.base.net.HostPort;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/// Reads the original destination a header names. Immutable: pure functions.
final class Destinations {
    private Destinations() {}

    /// The address, or null when the text is not a literal IP with a port.
    static @Nullable InetSocketAddress parse(String text) {
        try {
            HostPort named = HostPort.parse(text);
            byte[] bytes = NetUtil.createByteArrayFromIpAddressString(named.host());
            return bytes == null
                    ? null
                    : new InetSocketAddress(InetAddress.getByAddress(bytes), named.port());
        } catch (IllegalArgumentException | UnknownHostException _) {
            return null;
        }
    }
}
