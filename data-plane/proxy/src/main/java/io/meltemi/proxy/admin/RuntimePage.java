package io.meltemi.proxy.admin;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.meltemi.proxy.runtime.RuntimeLayers;
import java.util.List;
import java.util.Map;

/// Envoy's `/runtime` and `/runtime_modify`. Thread-safe.
public final class RuntimePage {
    private static final String USAGE =
            """
            usage: /runtime_modify?key1=value1&key2=value2&keyN=valueN
                   or send the parameters as form values
            use an empty value to remove a previously added override
            """;

    private final RuntimeLayers layers;

    public RuntimePage(RuntimeLayers layers) {
        this.layers = layers;
    }

    public List<AdminCommand> commands() {
        return List.of(
                AdminCommand.shows("/runtime", "print runtime values", _ -> show()),
                AdminCommand.changes(
                        "/runtime_modify",
                        "Adds or modifies runtime values as passed in query parameters; an empty"
                                + " value takes one back",
                        this::modify));
    }

    private AdminReply show() {
        Struct.Builder entries = Struct.newBuilder();
        layers.entries()
                .forEach((key, values) -> {
                    String last = "";
                    for (String value : values) {
                        last = value.isEmpty() ? last : value;
                    }
                    entries.putFields(
                            key,
                            Value.newBuilder()
                                    .setStructValue(
                                            Struct.newBuilder()
                                                    .putFields("layer_values", texts(values))
                                                    .putFields("final_value", text(last)))
                                    .build());
                });
        Struct page =
                Struct.newBuilder()
                        .putFields("layers", texts(layers.names()))
                        .putFields("entries", Value.newBuilder().setStructValue(entries).build())
                        .build();
        try {
            return AdminReply.json(JsonFormat.printer().print(page) + "\n");
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("texts cannot be printed", e);
        }
    }

    private static Value texts(List<String> values) {
        ListValue.Builder list = ListValue.newBuilder();
        values.forEach(value -> list.addValues(text(value)));
        return Value.newBuilder().setListValue(list).build();
    }

    private static Value text(String value) {
        return Value.newBuilder().setStringValue(value).build();
    }

    private AdminReply modify(AdminRequest request) {
        Map<String, String> values = request.query().isEmpty() ? request.form() : request.query();
        if (values.isEmpty()) {
            return AdminReply.text(400, USAGE);
        }
        if (!layers.hasAdminLayer()) {
            return AdminReply.text(503, "No admin layer specified");
        }
        layers.modify(values);
        return AdminReply.ok();
    }
}
