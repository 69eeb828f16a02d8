package io.meltemi.pilot.patch;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.stream.Stream;

/// The types that stand in a `typed_config`. Immutable; loaded when the first EnvoyFilter comes.
final class EnvoyTypes {
    private static final List<Descriptor> ALL =
            Stream.of(HttpFilterTypes.FILES, NetworkTypes.FILES, OtherTypes.FILES)
                    .flatMap(List::stream)
                    .map(FileDescriptor::getMessageTypes)
                    .flatMap(List::stream)
                    .toList();

    static final TypeRegistry REGISTRY = TypeRegistry.newBuilder().add(ALL).build();

    static final JsonFormat.Parser PARSER = JsonFormat.parser().usingTypeRegistry(REGISTRY);

    private EnvoyTypes() {}

    /// The type with this URL.
    ///
    /// @throws InvalidProtocolBufferException that names it when it is not known
    static Descriptor find(String url) throws InvalidProtocolBufferException {
        Descriptor type = REGISTRY.getDescriptorForTypeUrl(url);
        if (type == null) {
            throw new InvalidProtocolBufferException(
                    "type '%s' of a typed_config is not known%s"
                            .formatted(
                                    url,
                                    url.contains(".v2.")
                                            ? ": the v2 types are gone, write the one of v3"
                                            : ""));
        }
        return type;
    }
}
