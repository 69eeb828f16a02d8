package io.meltemi.proxy.filter;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.xds.message.MessageType;
import org.jspecify.annotations.Nullable;

/// Opens a typed configuration and checks its fields. Immutable: pure functions.
public final class TypedConfig {
    private TypedConfig() {}

    /// The message, or null when it cannot be read; problems are noted at `at`.
    public static <M extends Message> @Nullable M open(
            Any config, M prototype, SupportedFields fields, ConfigPlace at) {
        try {
            @SuppressWarnings("unchecked") // a parser makes what its prototype is
            M message = (M) prototype.getParserForType().parseFrom(config.getValue());
            fields.check(message, at);
            return message;
        } catch (InvalidProtocolBufferException e) {
            at.refuse(
                    "the value is no " + MessageType.of(prototype).name() + ": " + e.getMessage());
            return null;
        }
    }
}
