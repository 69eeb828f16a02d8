package io.meltemi.galley;

import io.meltemi.galley.gatewayapi.ApiCondition;
import io.meltemi.galley.gatewayapi.ApiStatus;
import io.meltemi.galley.gatewayapi.ApiStatus.ListenerStatus;
import io.meltemi.galley.gatewayapi.ApiStatus.ParentName;
import io.meltemi.galley.gatewayapi.ApiStatus.ParentStatus;
import io.meltemi.galley.gatewayapi.GatewayApiKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// What became of documents of the Gateway API, as a controller writes it into their `status`:
/// whoever knows it from there, finds it here. Immutable.
///
/// `Programmed` is left out: that is a proxy's to say.
final class StatusText {
    private StatusText() {}

    /// A YAML document for each; empty when there are none.
    static String of(List<ApiStatus> statuses) {
        Dump dump =
                new Dump(
                        DumpSettings.builder()
                                .setDefaultFlowStyle(FlowStyle.BLOCK)
                                // By it `True` needs quotes to be a text, which Kubernetes wants.
                                .setSchema(new CoreSchema())
                                .setIndicatorIndent(0)
                                .setWidth(Integer.MAX_VALUE)
                                .build());
        return statuses.stream()
                .map(status -> dump.dumpToString(document(status)))
                .collect(Collectors.joining("---\n"));
    }

    private static Map<String, Object> document(ApiStatus status) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", status.name());
        metadata.put("namespace", status.namespace());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", GatewayApiKind.GROUP + "/v1");
        document.put("kind", status.kind().kindName());
        document.put("metadata", metadata);
        document.put("status", body(status));
        return document;
    }

    private static Map<String, Object> body(ApiStatus status) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (status.kind() == GatewayApiKind.GATEWAY
                || status.kind() == GatewayApiKind.LISTENER_SET) {
            body.put("conditions", conditions(status.conditions()));
            body.put("listeners", status.listeners().stream().map(StatusText::listener).toList());
        } else {
            body.put("parents", status.parents().stream().map(StatusText::parent).toList());
        }
        return body;
    }

    private static Map<String, Object> listener(ListenerStatus listener) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("name", listener.name());
        out.put("attachedRoutes", listener.attachedRoutes());
        out.put(
                "supportedKinds",
                listener.supportedKinds().stream().map(StatusText::kind).toList());
        out.put("conditions", conditions(listener.conditions()));
        return out;
    }

    private static Map<String, Object> kind(String name) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("group", GatewayApiKind.GROUP);
        out.put("kind", name);
        return out;
    }

    private static Map<String, Object> parent(ParentStatus parent) {
        ParentName name = parent.parent();
        Map<String, Object> ref = new LinkedHashMap<>();
        ref.put("group", name.group());
        ref.put("kind", name.kind());
        ref.put("namespace", name.namespace());
        ref.put("name", name.name());
        if (!name.section().isEmpty()) {
            ref.put("sectionName", name.section());
        }
        if (name.port() != 0) {
            ref.put("port", name.port());
        }
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("parentRef", ref);
        out.put("conditions", conditions(parent.conditions()));
        return out;
    }

    private static List<Map<String, Object>> conditions(List<ApiCondition> conditions) {
        return conditions.stream().map(StatusText::condition).toList();
    }

    private static Map<String, Object> condition(ApiCondition condition) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("type", condition.type().text());
        out.put("status", condition.holds() ? "True" : "False");
        out.put("reason", condition.reason());
        out.put("message", condition.message());
        return out;
    }
}
