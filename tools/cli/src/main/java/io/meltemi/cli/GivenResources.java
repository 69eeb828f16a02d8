package io.meltemi.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meltemi.xds.proto.control.ProxyConfigResponse;
import io.meltemi.xds.proto.control.RefusedResource;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What one proxy was given of some types, for people to read. Immutable.
///
/// @param refused the proxy's words, by type and name
record GivenResources(List<XdsResource> resources, Map<String, String> refused) {
    GivenResources {
        resources = List.copyOf(resources);
        refused = Map.copyOf(refused);
    }

    /// @param part what a name has to contain
    static GivenResources of(ProxyConfigResponse response, String part) {
        List<XdsResource> resources =
                response.getResourcesList().stream()
                        .filter(r -> r.getName().contains(part))
                        .map(r ->
                                new XdsResource(
                                        ResourceType.valueOf(r.getType()),
                                        r.getName(),
                                        r.getVersion(),
                                        r.getBody()))
                        .sorted(
                                Comparator.comparing(XdsResource::type)
                                        .thenComparing(XdsResource::name))
                        .toList();
        Map<String, String> refused = new HashMap<>();
        for (RefusedResource r : response.getProxy().getRefusedList()) {
            refused.put(r.getType() + " " + r.getName(), r.getReason());
        }
        return new GivenResources(resources, refused);
    }

    String text(XdsText.Format format) {
        StringBuilder text = new StringBuilder();
        resources.forEach(resource -> text.append(XdsText.text(resource, format)));
        return text.toString();
    }

    /// A line for each part that somebody may look for, and below it what the proxy refused.
    String table(ResourceType type) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(GivenRows.head(type));
        List<String> reasons = new ArrayList<>();
        try {
            for (XdsResource resource : resources) {
                String why = refused.get(resource.type().name() + " " + resource.name());
                if (why != null) {
                    reasons.add(resource.name() + " is refused: " + why);
                }
                for (List<String> row : GivenRows.of(resource)) {
                    List<String> whole = new ArrayList<>(row);
                    whole.add(why == null ? "" : "REFUSED");
                    rows.add(whole);
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the control plane sends what proxies read", e);
        }
        String table = Columns.of(rows);
        return reasons.isEmpty() ? table : table + "\n" + String.join("\n", reasons) + "\n";
    }
}
