package io.meltemi.xds.message;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;

/// Packs and unpacks `Any`, as its own methods do, for less memory: see [MessageType].
public final class Anys {
    private static final String PREFIX = "type.googleapis.com/";

    private Anys() {}

    /// The full name of the message's type that a URL ends with.
    public static String typeName(String url) {
        return url.substring(url.lastIndexOf('/') + 1);
    }

    /// Whether a message of this type is in it.
    public static boolean is(Any any, Class<? extends Message> type) {
        String url = any.getTypeUrl();
        String name = MessageType.of(type).name();
        int slash = url.length() - name.length() - 1;
        return slash >= 0 && url.charAt(slash) == '/' && url.endsWith(name);
    }

    /// The message in it.
    ///
    /// @throws InvalidProtocolBufferException when it is of another type, or malformed
    public static <T extends Message> T unpack(Any any, Class<T> type)
            throws InvalidProtocolBufferException {
        if (!is(any, type)) {
            throw new InvalidProtocolBufferException(
                    "holds '" + any.getTypeUrl() + "', not " + MessageType.of(type).name());
        }
        return type.cast(
                MessageType.of(type)
                        .defaultInstance()
                        .getParserForType()
                        .parseFrom(any.getValue()));
    }

    /// @param message of a generated class
    public static Any pack(Message message) {
        return Any.newBuilder()
                .setTypeUrl(PREFIX + MessageType.of(message).name())
                .setValue(message.toByteString())
                .build();
    }
}
