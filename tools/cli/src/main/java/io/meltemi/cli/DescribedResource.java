package io.meltemi.cli;

import io.meltemi.xds.proto.control.Diagnostic;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.ResourceId;
import io.meltemi.xds.proto.control.ResourceStatus;
import io.meltemi.xds.proto.control.ResourceStatus.State;
import java.time.Instant;
import java.util.List;

/// All there is to say about one resource, for people. Confined to its call.
final class DescribedResource {
    private final StringBuilder text = new StringBuilder();

    private DescribedResource() {}

    static String of(ResourceStatus resource, List<ProxyStatus> proxies) {
        DescribedResource described = new DescribedResource();
        described.names(resource);
        described.state(resource, proxies);
        described.list("Findings", resource.getFindingsList());
        return described.text.toString();
    }

    private void names(ResourceStatus resource) {
        ResourceId id = resource.getId();
        line("Name", id.getName());
        if (!id.getNamespace().isEmpty()) {
            line("Namespace", id.getNamespace());
        }
        line("Kind", id.getKind() + (id.getGroup().isEmpty() ? "" : " of " + id.getGroup()));
        if (resource.getResourceVersion() == 0) {
            line("Written", resource.getSource());
            return;
        }
        line("Written", "in the store, from " + resource.getWrittenFrom());
        line("Created", Instant.ofEpochSecond(resource.getCreatedEpochSeconds()).toString());
        line(
                "Version",
                "generation %d, resourceVersion %d"
                        .formatted(resource.getGeneration(), resource.getResourceVersion()));
    }

    private void state(ResourceStatus resource, List<ProxyStatus> proxies) {
        String state = ResourceTable.state(resource.getState());
        if (resource.getState() != State.IN_FORCE) {
            line("State", state);
            if (resource.getState() == State.HELD) {
                list("Held by", resource.getBecauseList());
            }
            return;
        }
        line("State", state + " since configuration " + resource.getSinceConfig());
        Acknowledgement has = Acknowledgement.of(proxies, resource.getSinceConfig());
        line("Proxies", "%d of %d have it".formatted(has.acknowledged(), has.proxies()));
        has.refused().forEach(refused -> line("", refused));
        has.waiting().forEach(waiting -> line("", waiting));
    }

    private void list(String title, List<Diagnostic> findings) {
        if (findings.isEmpty()) {
            line(title, "none");
        }
        for (int i = 0; i < findings.size(); i++) {
            line(i == 0 ? title : "", WriteText.finding(findings.get(i)));
        }
    }

    private void line(String title, String value) {
        text.append("%-11s".formatted(title.isEmpty() ? "" : title + ":"))
                .append(value)
                .append('\n');
    }
}
