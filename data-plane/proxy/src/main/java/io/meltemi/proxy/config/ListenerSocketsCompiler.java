package io.meltemi.proxy.config;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.SocketOption;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.listener.ListenerSockets;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Compiles how a listener's sockets are opened. Immutable: pure functions.
final class ListenerSocketsCompiler {
    private static final int DEFAULT_BACKLOG = 1024;

    private ListenerSocketsCompiler() {}

    static ListenerSockets compile(Listener proto, ConfigPlace at) {
        List<ListenerSockets.Option> options = new ArrayList<>();
        options(proto.getSocketOptionsList(), at, "socket_options", options);
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

    private static void options(
            List<SocketOption> protos,
            ConfigPlace at,
            String field,
            List<ListenerSockets.Option> options) {
        for (int i = 0; i < protos.size(); i++) {
            SocketOption proto = protos.get(i);
            ConfigPlace place = at.element(field, i);
            if (proto.hasType()) {
                place.field("type").refuse("is not supported");
            }
            if (proto.getState() == SocketOption.SocketState.STATE_BOUND) {
                place.field("state").refuse("STATE_BOUND is not supported");
            }
            options.add(
                    new ListenerSockets.Option(
                            (int) proto.getLevel(),
                            (int) proto.getName(),
                            value(proto, place),
                            proto.getState() == SocketOption.SocketState.STATE_LISTENING));
        }
    }

    private static ByteString value(SocketOption proto, ConfigPlace at) {
        return switch (proto.getValueCase()) {
            case INT_VALUE ->
                    ByteString.copyFrom(
                            ByteBuffer.allocate(Integer.BYTES)
                                    .order(ByteOrder.nativeOrder())
                                    .putInt((int) proto.getIntValue())
                                    .array());
            case BUF_VALUE -> proto.getBufValue();
            case VALUE_NOT_SET -> {
                at.refuse("has no value");
                yield ByteString.EMPTY;
            }
        };
    }
}
