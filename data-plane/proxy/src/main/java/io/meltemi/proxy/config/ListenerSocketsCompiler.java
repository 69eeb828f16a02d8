package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.listener.ListenerSockets;
import io.meltemi.proxy.loop.SocketOption;
import java.util.List;

/// Compiles how a listener's sockets are opened. Immutable: pure functions.
final class ListenerSocketsCompiler {
    private static final int DEFAULT_BACKLOG = 1024;

    private ListenerSocketsCompiler() {}

    static ListenerSockets compile(Listener proto, ConfigPlace at) {
        List<SocketOption> options =
                SocketOptionsCompiler.compile(proto.getSocketOptionsList(), at);
        for (int i = 0; i < proto.getAdditionalAddressesCount(); i++) {
            if (proto.getAdditionalAddresses(i).hasSocketOptions()) {
                at.element("additional_addresses", i)
                        .field("socket_options")
                        .refuse("is not supported: a listener's sockets share their options");
            }
        }
        if (proto.getEnableMptcp()) {
            at.field("enable_mptcp").refuse("is not supported");
        }
        return new ListenerSockets(
                proto.getTransparent().getValue(),
                proto.getFreebind().getValue(),
                proto.getTcpFastOpenQueueLength().getValue(),
                proto.hasTcpBacklogSize() ? proto.getTcpBacklogSize().getValue() : DEFAULT_BACKLOG,
                proto.getPerConnectionBufferLimitBytes().getValue(),
                options);
    }
}
