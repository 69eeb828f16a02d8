package io.meltemi.proxy.tls;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/// What the tests' messages are made of. Pure.
final class TlsTexts {
    private TlsTexts() {}

    static int port(Channel listening) {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }
}
