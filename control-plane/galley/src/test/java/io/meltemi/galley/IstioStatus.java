package io.meltemi.galley;

import io.meltemi.galley.gatewayapi.ApiCondition;
import io.meltemi.galley.gatewayapi.ApiStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Conditions of Gateways and routes in a form that can be compared: by object, and in it by
/// listener or parent. `Programmed` is left out, which is a proxy's to say. Immutable.
final class IstioStatus {
    private IstioStatus() {}

    static Map<String, Map<String, List<String>>> ours(List<ApiStatus> statuses) {
        Map<String, Map<String, List<String>>> all = new TreeMap<>();
        for (ApiStatus status : statuses) {
            Map<String, List<String>> parts = new TreeMap<>();
            parts.put("", ours(status.conditions(), List.of()));
            status.listeners()
                    .forEach(l ->
                            parts.put(
                                    l.name(),
                                    ours(
                                            l.conditions(),
                                            listener(l.attachedRoutes(), l.supportedKinds()))));
            status.parents()
                    .forEach(
                            p -> parts.put(p.parent().toString(), ours(p.conditions(), List.of())));
            all.put(object(status.kind().kindName(), status.namespace(), status.name()), parts);
        }
        return all;
    }

    private static List<String> ours(List<ApiCondition> conditions, List<String> more) {
        List<String> shown = new ArrayList<>(more);
        conditions.forEach(c -> shown.add(c.type().text() + "=" + c.holds() + " " + c.reason()));
        return shown;
    }

    private static List<String> listener(Object attached, Object kinds) {
        return List.of(attached + " routes of " + kinds);
    }

    private static String object(Object kind, Object namespace, Object name) {
        return kind + " " + namespace + "/" + name;
    }

    static Map<String, Map<String, List<String>>> golden(String yaml) {
        Map<String, Map<String, List<String>>> all = new TreeMap<>();
        for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(yaml)) {
            if (!(document instanceof Map<?, ?> object)) {
                continue;
            }
            Map<?, ?> metadata = map(object, "metadata");
            Map<?, ?> status = map(object, "status");
            Map<String, List<String>> parts = new TreeMap<>();
            parts.put("", golden(status, List.of()));
            for (Map<?, ?> l : list(status, "listeners")) {
                List<Object> kinds =
                        list(l, "supportedKinds").stream()
                                .map(k -> (Object) k.get("kind"))
                                .toList();
                parts.put(
                        String.valueOf(l.get("name")),
                        golden(l, listener(text(l, "attachedRoutes", "0"), kinds)));
            }
            for (Map<?, ?> p : list(status, "parents")) {
                parts.put(
                        parent(map(p, "parentRef"), text(metadata, "namespace", "")),
                        golden(p, List.of()));
            }
            all.put(
                    object(
                            text(object, "kind", ""),
                            text(metadata, "namespace", ""),
                            text(metadata, "name", "")),
                    parts);
        }
        return all;
    }

    private static List<String> golden(Map<?, ?> holder, List<String> more) {
        List<String> shown = new ArrayList<>(more);
        list(holder, "conditions").stream()
                .filter(c -> !"Programmed".equals(c.get("type")))
                .sorted(Comparator.comparing(c -> String.valueOf(c.get("type"))))
                .forEach(c ->
                        shown.add(
                                "%s=%s %s"
                                        .formatted(
                                                c.get("type"),
                                                "True".equals(c.get("status")),
                                                c.get("reason"))));
        return shown;
    }

    private static String parent(Map<?, ?> ref, String namespace) {
        return new ApiStatus.ParentName(
                        text(ref, "group", ""),
                        text(ref, "kind", "Gateway"),
                        text(ref, "namespace", namespace),
                        text(ref, "name", ""),
                        text(ref, "sectionName", ""),
                        Integer.parseInt(text(ref, "port", "0")))
                .toString();
    }

    private static String text(Map<?, ?> holder, String field, String otherwise) {
        Object value = holder.get(field);
        return Objects.toString(value, otherwise);
    }

    private static Map<?, ?> map(Map<?, ?> holder, String field) {
        return holder.get(field) instanceof Map<?, ?> value ? value : Map.of();
    }

    private static List<Map<?, ?>> list(Map<?, ?> holder, String field) {
        List<Map<?, ?>> all = new ArrayList<>();
        if (holder.get(field) instanceof List<?> items) {
            for (Object item : items) {
                all.add((Map<?, ?>) Objects.requireNonNull(item));
            }
        }
        return all;
    }
}
