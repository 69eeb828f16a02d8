package io.meltemi.proxy.filter.compression;

import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.xds.message.Anys;
import org.jspecify.annotations.Nullable;

/// Reads the settings that codings share. Immutable: pure functions.
final class CodecFields {
    private static final int LEAST_CHUNK = 4096;
    private static final int MOST_CHUNK = 65_536;

    private CodecFields() {}

    /// Whether a library's settings are of a type.
    static boolean is(TypedExtensionConfig library, Class<? extends Message> type) {
        return Anys.is(library.getTypedConfig(), type);
    }

    static <M extends Message> @Nullable M open(
            TypedExtensionConfig library, M prototype, SupportedFields fields, ConfigPlace at) {
        return TypedConfig.open(library.getTypedConfig(), prototype, fields, at);
    }

    static int chunkBytes(boolean isSet, UInt32Value chunk, ConfigPlace at) {
        return number(isSet, chunk, LEAST_CHUNK, LEAST_CHUNK, MOST_CHUNK, at.field("chunk_size"));
    }

    static int number(
            boolean isSet, UInt32Value value, int otherwise, int least, int most, ConfigPlace at) {
        if (!isSet) {
            return otherwise;
        }
        long number = Integer.toUnsignedLong(value.getValue());
        if (number < least || number > most) {
            at.refuse(number + " is not within " + least + " and " + most);
            return otherwise;
        }
        return (int) number;
    }
}
