package io.meltemi.kubernetes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is dropped of pods and nodes, which there are most of, before they are kept: a pod is 10 KB
/// as it comes, and a mesh reads 1 KB of it. Immutable.
final class KeptFields {
    private static final Set<String> SPEC =
            Set.of(
                    "volumes",
                    "tolerations",
                    "affinity",
                    "topologySpreadConstraints",
                    "imagePullSecrets");
    private static final Set<String> CONTAINER =
            Set.of(
                    "args",
                    "command",
                    "env",
                    "envFrom",
                    "image",
                    "lifecycle",
                    "livenessProbe",
                    "readinessProbe",
                    "resources",
                    "securityContext",
                    "startupProbe",
                    "volumeDevices",
                    "volumeMounts");
    private static final Set<String> STATUS =
            Set.of("containerStatuses", "initContainerStatuses", "images", "volumesAttached");

    private KeptFields() {}

    static Map<String, Object> read(Map<String, Object> fields) {
        Map<String, Object> kept = new LinkedHashMap<>(fields);
        kept.computeIfPresent("spec", (_, spec) -> spec(spec));
        kept.computeIfPresent("status", (_, status) -> without(status, STATUS));
        return kept;
    }

    private static Object spec(Object spec) {
        Object kept = without(spec, SPEC);
        if (kept instanceof Map<?, ?> map && map.get("containers") instanceof List<?> containers) {
            Map<Object, Object> copy = new LinkedHashMap<>(map);
            copy.put("containers", containers.stream().map(c -> without(c, CONTAINER)).toList());
            return copy;
        }
        return kept;
    }

    private static Object without(Object value, Set<String> dropped) {
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<Object, Object> kept = new LinkedHashMap<>(map);
        kept.keySet().removeAll(dropped);
        return kept;
    }
}
