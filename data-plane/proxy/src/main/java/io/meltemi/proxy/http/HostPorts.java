package io.meltemi.proxy.http;

import io.meltemi.proxy.observe.AddressText;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/// Takes hosts and ports apart. Immutable: pure functions.
final class HostPorts {
    private HostPorts() {}

    /// A host without its port, as the rules say: any, or the one the request came to.
    static String strip(String host, HttpSettings.PathRules rules, InetSocketAddress local) {
        int colon = host.lastIndexOf(':');
        if (colon < 0 || host.lastIndexOf(']') > colon) {
            return host;
        }
        String port = host.substring(colon + 1);
        if (!isNumber(port)) {
            return host;
        }
        boolean strips = rules.stripAnyPort() || port.equals(Integer.toString(local.getPort()));
        return strips ? host.substring(0, colon) : host;
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /// A host name without the dot that makes it absolute; its port stays.
    static String stripDot(String host) {
        int dot = host.lastIndexOf('.');
        if (dot < 0) {
            return host;
        }
        if (dot == host.length() - 1) {
            return host.substring(0, dot);
        }
        return host.charAt(dot + 1) == ':'
                ? host.substring(0, dot) + host.substring(dot + 1)
                : host;
    }

    /// A literal address as a socket address; `other` when it is none.
    static InetSocketAddress address(AddressText text, InetSocketAddress other) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text.ip());
        if (bytes == null) {
            return other;
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), text.port());
        } catch (UnknownHostException _) {
            return other;
        }
    }
}
