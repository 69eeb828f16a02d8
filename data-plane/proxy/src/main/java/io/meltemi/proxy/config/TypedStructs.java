package io.meltemi.proxy.config;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.xds.message.Anys;
import org.jspecify.annotations.Nullable;

/// Configurations of extensions that are written as JSON inside a message, because their sender
/// does not know the extension's own. Immutable: pure functions.
///
/// Istio: its control plane sends what only its proxies have in this way.
public final class TypedStructs {
    /// Names and not descriptors, whose classes nobody else needs.
    private static final String XDS = "xds.type.v3.TypedStruct";

    private static final String UDPA = "udpa.type.v1.TypedStruct";

    private TypedStructs() {}

    /// The configuration itself; what is no `TypedStruct` is returned as it came. Null when it was
    /// refused at `at`.
    public static @Nullable Any unwrap(Any config, ConfigPlace at) {
        String type = Anys.typeName(config.getTypeUrl());
        try {
            if (type.equals(XDS)) {
                TypedStruct wrapped = TypedStruct.parseFrom(config.getValue());
                return open(wrapped.getTypeUrl(), wrapped.getValue(), at);
            }
            if (type.equals(UDPA)) {
                var wrapped = com.github.udpa.udpa.type.v1.TypedStruct.parseFrom(config.getValue());
                return open(wrapped.getTypeUrl(), wrapped.getValue(), at);
            }
            return config;
        } catch (InvalidProtocolBufferException e) {
            at.refuse("the value is no " + type + ": " + e.getMessage());
            return null;
        }
    }

    private static @Nullable Any open(String typeUrl, Struct value, ConfigPlace at) {
        Descriptor type = Extensions.registry().find(Anys.typeName(typeUrl));
        if (type == null) {
            at.field("type_url").refuse("'" + typeUrl + "' is not an extension this proxy has");
            return null;
        }
        Object tree = Values.tree(value);
        ConfigPlace place = at.field("value");
        int before = place.problems().size();
        new UnknownFields(Extensions.registry()).check(tree, type, place);
        if (place.problems().size() > before) {
            return null;
        }
        // Not the message's own builder: reflection on it would stay in memory (docs/adr/0007).
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        try {
            JsonFormat.parser()
                    .usingTypeRegistry(Extensions.registry())
                    .merge(JsonText.of(tree), message);
        } catch (InvalidProtocolBufferException e) {
            place.refuse("is no " + type.getFullName() + ": " + e.getMessage());
            return null;
        }
        return Any.newBuilder()
                .setTypeUrl("type.googleapis.com/" + type.getFullName())
                .setValue(message.build().toByteString())
                .build();
    }
}
