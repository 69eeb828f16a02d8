package io.meltemi.xds.message;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// The type of a generated message. Immutable.
///
/// Why not [Message#getDescriptorForType]: it looks up eight methods for each field of the type,
/// loads its builders for that, and keeps all of it for ever (docs/adr/0007). This asks the two
/// static methods every generated class has.
public final class MessageType {
    private static final ClassValue<MessageType> TYPES =
            new ClassValue<>() {
                @Override
                protected MessageType computeValue(Class<?> type) {
                    return new MessageType(type);
                }
            };

    private final Message defaultInstance;
    private final Descriptor descriptor;

    private MessageType(Class<?> type) {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        try {
            defaultInstance =
                    (Message)
                            lookup.findStatic(
                                            type, "getDefaultInstance", MethodType.methodType(type))
                                    .invoke();
            descriptor =
                    (Descriptor)
                            lookup.findStatic(
                                            type,
                                            "getDescriptor",
                                            MethodType.methodType(Descriptor.class))
                                    .invoke();
        } catch (Throwable e) {
            throw new IllegalArgumentException(type.getName() + " is no generated message", e);
        }
    }

    /// @throws IllegalArgumentException when the class was not generated from a message
    public static MessageType of(Class<? extends Message> type) {
        return TYPES.get(type);
    }

    /// @throws IllegalArgumentException when the message's class was not generated
    public static MessageType of(Message message) {
        return TYPES.get(message.getClass());
    }

    public Message defaultInstance() {
        return defaultInstance;
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    /// With its package: `envoy.config.core.v3.Node`.
    public String name() {
        return descriptor.getFullName();
    }
}
