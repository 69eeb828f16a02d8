package io.meltemi.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.meltemi.agent.bootstrap.ProxyNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Options as JSON: what the control channel carries. Thread-safe: no state.
final class SidecarJson {
    private SidecarJson() {}

    /// One line, without its end.
    static String line(Struct object) {
        try {
            return JsonFormat.printer().omittingInsignificantWhitespace().print(object);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a Struct prints", e);
        }
    }

    /// @throws IllegalArgumentException when the line is no JSON object
    static Struct read(String line) {
        try {
            Struct.Builder object = Struct.newBuilder();
            JsonFormat.parser().merge(line, object);
            return object.build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a JSON object: " + e.getMessage(), e);
        }
    }

    static Value text(String value) {
        return Value.newBuilder().setStringValue(value).build();
    }

    static Value object(Struct value) {
        return Value.newBuilder().setStructValue(value).build();
    }

    static Struct event(String event, String... fields) {
        Struct.Builder object = Struct.newBuilder().putFields("event", text(event));
        for (int i = 0; i < fields.length; i += 2) {
            object.putFields(fields[i], text(fields[i + 1]));
        }
        return object.build();
    }

    static Struct toJson(SidecarOptions options) {
        ListValue.Builder ports = ListValue.newBuilder();
        for (SidecarOptions.Port port : options.ports()) {
            ports.addValues(
                    object(
                            Struct.newBuilder()
                                    .putFields("name", text(port.name()))
                                    .putFields("servicePort", number(port.servicePort()))
                                    .putFields("targetPort", number(port.targetPort()))
                                    .putFields("protocol", text(port.protocol()))
                                    .build()));
        }
        return Struct.newBuilder()
                .putFields("kind", text(options.kind().name()))
                .putFields("service", text(options.service()))
                .putFields("version", text(options.version()))
                .putFields("namespace", text(options.namespace()))
                .putFields("serviceAccount", text(options.serviceAccount()))
                .putFields("labels", object(map(options.labels())))
                .putFields("ports", Value.newBuilder().setListValue(ports).build())
                .putFields("health", text(options.health()))
                .putFields("command", list(options.command()))
                .putFields("environment", object(map(options.environment())))
                .putFields("folder", text(options.folder().toString()))
                .putFields("region", text(options.locality().region()))
                .putFields("zone", text(options.locality().zone()))
                .putFields("subZone", text(options.locality().subZone()))
                .putFields("workloadApi", text(options.workloadApi().name()))
                .putFields("restart", Value.newBuilder().setBoolValue(options.restart()).build())
                .build();
    }

    static SidecarOptions fromJson(Struct json) {
        List<SidecarOptions.Port> ports = new ArrayList<>();
        for (Value value : field(json, "ports").getListValue().getValuesList()) {
            Struct port = value.getStructValue();
            ports.add(
                    new SidecarOptions.Port(
                            text(port, "name"),
                            (int) field(port, "servicePort").getNumberValue(),
                            (int) field(port, "targetPort").getNumberValue(),
                            text(port, "protocol")));
        }
        return new SidecarOptions(
                ProxyNode.Kind.valueOf(text(json, "kind")),
                text(json, "service"),
                text(json, "version"),
                text(json, "namespace"),
                text(json, "serviceAccount"),
                map(field(json, "labels").getStructValue()),
                ports,
                text(json, "health"),
                list(field(json, "command")),
                map(field(json, "environment").getStructValue()),
                Path.of(text(json, "folder")),
                new SidecarOptions.Place(
                        text(json, "region"), text(json, "zone"), text(json, "subZone")),
                SidecarOptions.WorkloadApi.valueOf(text(json, "workloadApi")),
                field(json, "restart").getBoolValue());
    }

    static Value field(Struct json, String name) {
        return json.getFieldsOrDefault(name, Value.getDefaultInstance());
    }

    static String text(Struct json, String name) {
        return field(json, name).getStringValue();
    }

    static List<String> list(Value value) {
        return value.getListValue().getValuesList().stream().map(Value::getStringValue).toList();
    }

    static Value list(List<String> values) {
        ListValue.Builder list = ListValue.newBuilder();
        values.forEach(value -> list.addValues(text(value)));
        return Value.newBuilder().setListValue(list).build();
    }

    private static Value number(int value) {
        return Value.newBuilder().setNumberValue(value).build();
    }

    private static Struct map(Map<String, String> values) {
        Struct.Builder struct = Struct.newBuilder();
        values.forEach((key, value) -> struct.putFields(key, text(value)));
        return struct.build();
    }

    private static Map<String, String> map(Struct struct) {
        Map<String, String> values = new HashMap<>();
        struct.getFieldsMap().forEach((key, value) -> values.put(key, value.getStringValue()));
        return values;
    }
}
