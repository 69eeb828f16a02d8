package io.meltemi.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.TypeStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who has what, for people and for programs. Immutable.
///
/// The columns and the words in them are istioctl's.
record ProxyStatusText(List<ProxyStatus> proxies) {
    /// The types that everybody knows stand there always, the others where somebody has them.
    private static final List<String> ALWAYS = List.of("CDS", "LDS", "EDS", "RDS");

    private static final Map<String, String> COLUMNS = columns();

    enum Format {
        TEXT,
        JSON,
        YAML
    }

    private enum State {
        SYNCED,
        STALE,
        ERROR,
        NOT_SENT;

        @Override
        public String toString() {
            return name().replace('_', ' ');
        }
    }

    ProxyStatusText {
        proxies = List.copyOf(proxies);
    }

    /// By the names of types in the control plane's answer.
    private static Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("CLUSTER", "CDS");
        columns.put("LISTENER", "LDS");
        columns.put("ENDPOINT", "EDS");
        columns.put("ROUTE", "RDS");
        columns.put("VIRTUAL_HOST", "VHDS");
        columns.put("EXTENSION", "ECDS");
        columns.put("SECRET", "SDS");
        columns.put("NAME_TABLE", "NDS");
        columns.put("SCOPED_ROUTE", "SRDS");
        columns.put("RUNTIME", "RTDS");
        return columns;
    }

    /// @param only `NAME.NAMESPACE`; empty: all
    static ProxyStatusText of(List<ProxyStatus> all, Optional<String> only) {
        return new ProxyStatusText(
                all.stream().filter(p -> only.map(name(p)::equals).orElse(true)).toList());
    }

    static String names(List<ProxyStatus> all) {
        return all.isEmpty()
                ? "none"
                : String.join(", ", all.stream().map(ProxyStatusText::name).sorted().toList());
    }

    boolean isEmpty() {
        return proxies.isEmpty();
    }

    boolean hasRefusals() {
        return proxies.stream()
                .anyMatch(p ->
                        p.getTypesMap().values().stream().anyMatch(t -> state(t) == State.ERROR));
    }

    /// A node's id is `TYPE~IP~NAME.NAMESPACE~DOMAIN`.
    static String name(ProxyStatus proxy) {
        String[] parts = proxy.getNode().split("~", -1);
        return parts.length == 4 ? parts[2] : proxy.getNode();
    }

    private static State state(TypeStatus type) {
        if (!type.getRefusal().isEmpty()) {
            return State.ERROR;
        }
        if (type.getSentVersion().isEmpty()) {
            return State.NOT_SENT;
        }
        return type.getSentVersion().equals(type.getAcknowledgedVersion())
                ? State.SYNCED
                : State.STALE;
    }

    private static State state(ProxyStatus proxy, String type) {
        return state(proxy.getTypesOrDefault(type, TypeStatus.getDefaultInstance()));
    }

    String print(Format format) {
        return switch (format) {
            case TEXT -> table();
            case JSON -> json() + "\n";
            case YAML -> XdsText.yaml(json());
        };
    }

    private String table() {
        if (proxies.isEmpty()) {
            return "no proxy is connected\n";
        }
        List<String> types =
                COLUMNS.keySet().stream()
                        .filter(type ->
                                ALWAYS.contains(COLUMNS.get(type))
                                        || proxies.stream().anyMatch(p -> p.containsTypes(type)))
                        .toList();
        int width = proxies.stream().mapToInt(p -> name(p).length()).max().orElse(0);
        List<String> head = new ArrayList<>();
        types.forEach(type -> head.add(COLUMNS.getOrDefault(type, type)));
        StringBuilder out = new StringBuilder(row("NAME", width, head));
        StringBuilder reasons = new StringBuilder();
        for (ProxyStatus proxy : proxies) {
            List<String> cells = new ArrayList<>();
            for (String type : types) {
                cells.add(state(proxy, type).toString());
            }
            out.append(row(name(proxy), width, cells));
            proxy.getTypesMap()
                    .forEach((type, status) -> {
                        if (state(status) == State.ERROR) {
                            reasons.append(
                                    "%s refused %s of %s: %s%n"
                                            .formatted(
                                                    name(proxy),
                                                    COLUMNS.getOrDefault(type, type),
                                                    status.getSentVersion(),
                                                    status.getRefusal()));
                        }
                    });
        }
        return reasons.isEmpty() ? out.toString() : out + "\n" + reasons;
    }

    private static String row(String name, int width, List<String> cells) {
        StringBuilder row = new StringBuilder(name).repeat(' ', Math.max(4, width) - name.length());
        cells.forEach(cell -> row.append("  ").append("%-8s".formatted(cell)));
        return row.toString().stripTrailing() + "\n";
    }

    private String json() {
        ListValue.Builder all = ListValue.newBuilder();
        proxies.forEach(p -> all.addValues(struct(entry(p))));
        try {
            return JsonFormat.printer().print(all);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a list has a form in JSON", e);
        }
    }

    private static Struct.Builder entry(ProxyStatus proxy) {
        Struct.Builder types = Struct.newBuilder();
        COLUMNS.forEach((type, column) -> {
            if (proxy.containsTypes(type)) {
                types.putFields(column, struct(entry(proxy.getTypesOrThrow(type))));
            }
        });
        return Struct.newBuilder()
                .putFields("name", text(name(proxy)))
                .putFields("node", text(proxy.getNode()))
                .putFields("identity", text(proxy.getIdentity()))
                .putFields("types", struct(types));
    }

    private static Struct.Builder entry(TypeStatus type) {
        Struct.Builder out =
                Struct.newBuilder()
                        .putFields("state", text(state(type).toString()))
                        .putFields("sent", text(type.getSentVersion()))
                        .putFields("acknowledged", text(type.getAcknowledgedVersion()));
        if (!type.getRefusal().isEmpty()) {
            out.putFields("refusal", text(type.getRefusal()));
        }
        return out;
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Value struct(Struct.Builder struct) {
        return Value.newBuilder().setStructValue(struct).build();
    }
}
