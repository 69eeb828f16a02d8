package io.meltemi.pilot.patch;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.meltemi.model.config.PlainValue;
import io.meltemi.model.config.PlainValue.Fields;
import io.meltemi.model.config.PlainValue.Items;
import io.meltemi.model.config.PlainValue.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Understands what is written in a patch as one of Envoy's messages. Thread-safe: stateless.
final class PatchValue {
    private static final Pattern DURATION =
            Pattern.compile("(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

    private PatchValue() {}

    /// @throws InvalidProtocolBufferException when Envoy has no such field or type, saying which
    static Message read(PlainValue written, Message prototype)
            throws InvalidProtocolBufferException {
        Message.Builder builder = prototype.newBuilderForType();
        EnvoyTypes.PARSER.merge(
                withSeconds(written, prototype.getDescriptorForType()).toJson(), builder);
        return builder.build();
    }

    /// Istio takes durations as Go writes them (`500ms`, `1m30s`), Envoy's JSON only seconds.
    private static PlainValue withSeconds(PlainValue written, Descriptor type)
            throws InvalidProtocolBufferException {
        if (!(written instanceof Fields(var fields))) {
            return written;
        }
        Descriptor inside = type;
        if (type.getFullName().equals("google.protobuf.Any")) {
            if (!(fields.get("@type") instanceof Text(String url))) {
                return written;
            }
            inside = EnvoyTypes.find(url);
        }
        Map<String, PlainValue> out = new LinkedHashMap<>();
        for (Map.Entry<String, PlainValue> field : fields.entrySet()) {
            out.put(field.getKey(), field(field.getValue(), named(inside, field.getKey())));
        }
        return new Fields(out);
    }

    private static @Nullable FieldDescriptor named(Descriptor type, String name) {
        for (FieldDescriptor field : type.getFields()) {
            if (field.getName().equals(name) || field.getJsonName().equals(name)) {
                return field;
            }
        }
        return null;
    }

    private static PlainValue field(PlainValue value, @Nullable FieldDescriptor field)
            throws InvalidProtocolBufferException {
        if (field == null || field.getJavaType() != JavaType.MESSAGE) {
            return value;
        }
        if (field.isMapField()) {
            FieldDescriptor of = field.getMessageType().findFieldByNumber(2);
            if (!(value instanceof Fields(var entries))) {
                return value;
            }
            Map<String, PlainValue> out = new LinkedHashMap<>();
            for (Map.Entry<String, PlainValue> entry : entries.entrySet()) {
                out.put(entry.getKey(), field(entry.getValue(), of));
            }
            return new Fields(out);
        }
        if (value instanceof Items(var items)) {
            List<PlainValue> out = new ArrayList<>();
            for (PlainValue item : items) {
                out.add(message(item, field.getMessageType()));
            }
            return new Items(out);
        }
        return message(value, field.getMessageType());
    }

    private static PlainValue message(PlainValue value, Descriptor type)
            throws InvalidProtocolBufferException {
        return value instanceof Text(String text)
                        && type.getFullName().equals(Duration.getDescriptor().getFullName())
                ? new Text(seconds(text))
                : withSeconds(value, type);
    }

    private static String seconds(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            return text;
        }
        long millis =
                part(matcher.group(1)) * 3_600_000
                        + part(matcher.group(2)) * 60_000
                        + part(matcher.group(3)) * 1_000
                        + part(matcher.group(4));
        return Durations.toString(Durations.fromMillis(millis));
    }

    private static long part(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
