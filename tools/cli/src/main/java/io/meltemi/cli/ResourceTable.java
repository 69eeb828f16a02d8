package io.meltemi.cli;

import io.meltemi.xds.proto.control.GetResponse;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.ResourceId;
import io.meltemi.xds.proto.control.ResourceStatus;
import io.meltemi.xds.proto.control.ResourceStatus.State;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Resources and what became of them, a line each. Immutable.
final class ResourceTable {
    private final List<List<String>> rows = new ArrayList<>();

    private ResourceTable() {}

    /// With as much as fits a terminal.
    static String narrow(GetResponse response) {
        ResourceTable table = new ResourceTable();
        table.rows.add(List.of("NAMESPACE", "KIND", "NAME", "STATE", "SOURCE"));
        response.getResourcesList().forEach(r -> table.rows.add(narrow(r)));
        return table.print();
    }

    /// With how far proxies are, and why something is not in force.
    static String wide(GetResponse response) {
        ResourceTable table = new ResourceTable();
        table.rows.add(
                List.of(
                        "NAMESPACE",
                        "KIND",
                        "NAME",
                        "STATE",
                        "SOURCE",
                        "SINCE",
                        "ACKNOWLEDGED",
                        "REASON"));
        response.getResourcesList()
                .forEach(r -> {
                    List<String> row = new ArrayList<>(narrow(r));
                    row.addAll(more(r, response.getProxiesList()));
                    table.rows.add(row);
                });
        return table.print();
    }

    private static List<String> narrow(ResourceStatus resource) {
        ResourceId id = resource.getId();
        return List.of(
                orDash(id.getNamespace()),
                id.getKind(),
                id.getName(),
                state(resource.getState()),
                resource.getSource());
    }

    private static List<String> more(ResourceStatus resource, List<ProxyStatus> proxies) {
        if (resource.getState() == State.IN_FORCE) {
            Acknowledgement has = Acknowledgement.of(proxies, resource.getSinceConfig());
            String why =
                    Stream.concat(has.refused().stream(), has.waiting().stream())
                            .findFirst()
                            .orElse("");
            return List.of(Long.toString(resource.getSinceConfig()), has.ratio(), why);
        }
        String why =
                Stream.concat(
                                resource.getFindingsList().stream()
                                        .filter(d -> d.getSeverity().equals("ERROR")),
                                resource.getBecauseList().stream())
                        .findFirst()
                        .map(WriteText::finding)
                        .orElse("");
        return List.of("-", "-", why);
    }

    /// As people read it.
    static String state(State state) {
        return switch (state) {
            case IN_FORCE -> "ACCEPTED";
            case REFUSED -> "REFUSED";
            case HELD -> "HELD";
            case UNKNOWN, UNRECOGNIZED -> "UNKNOWN";
        };
    }

    /// `product.shop`; of what has no namespace the name alone.
    static String name(ResourceId id) {
        return id.getNamespace().isEmpty() ? id.getName() : id.getName() + "." + id.getNamespace();
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private String print() {
        return Columns.of(rows);
    }
}
