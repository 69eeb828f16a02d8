package io.meltemi.proxy.config;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.SocketOption.SocketState;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.loop.SocketOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Compiles `socket_options`. Immutable: pure functions.
final class SocketOptionsCompiler {
    private SocketOptionsCompiler() {}

    /// @param at the message that has them
    static List<SocketOption> compile(
            List<io.envoyproxy.envoy.config.core.v3.SocketOption> protos, ConfigPlace at) {
        List<SocketOption> options = new ArrayList<>();
        for (int i = 0; i < protos.size(); i++) {
            var proto = protos.get(i);
            ConfigPlace place = at.element("socket_options", i);
            if (proto.hasType()) {
                place.field("type").refuse("is not supported");
            }
            if (proto.getState() == SocketState.STATE_BOUND) {
                place.field("state").refuse("STATE_BOUND is not supported");
            }
            options.add(
                    new SocketOption(
                            (int) proto.getLevel(),
                            (int) proto.getName(),
                            value(proto, place),
                            proto.getState() == SocketState.STATE_LISTENING));
        }
        return options;
    }

    /// An option that is a number.
    static SocketOption number(int level, int name, int value) {
        return new SocketOption(level, name, bytes(value), false);
    }

    private static ByteString value(
            io.envoyproxy.envoy.config.core.v3.SocketOption proto, ConfigPlace at) {
        return switch (proto.getValueCase()) {
            case INT_VALUE -> bytes((int) proto.getIntValue());
            case BUF_VALUE -> proto.getBufValue();
            case VALUE_NOT_SET -> {
                at.refuse("has no value");
                yield ByteString.EMPTY;
            }
        };
    }

    private static ByteString bytes(int value) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putInt(value)
                        .array());
    }
}
