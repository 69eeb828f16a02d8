package io.meltemi.kubernetes;

import io.meltemi.model.config.Secret;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is kept of Secrets and ConfigMaps: certificates, their keys and authorities, and the
/// settings of the mesh. Passwords and texts of applications are let go of as they come. Immutable.
final class KeptEntries {
    private static final Set<String> CERTIFICATES =
            Arrays.stream(Secret.Form.values())
                    .flatMap(form ->
                            Stream.of(
                                    form.certificate(),
                                    form.key(),
                                    form.authorities(),
                                    form.revoked()))
                    .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> AUTHORITIES =
            Arrays.stream(Secret.Form.values())
                    .map(Secret.Form::authorities)
                    .collect(Collectors.toUnmodifiableSet());

    /// The ConfigMap with what holds for the whole mesh.
    private static final String SETTINGS = "istio";

    private KeptEntries() {}

    /// Empty: a mesh has no use for it. One that says it is of TLS is kept even without its parts,
    /// so that their lack is found.
    static Optional<Map<String, Object>> ofSecret(Map<String, Object> fields) {
        Map<?, ?> entries = entries(fields, CERTIFICATES);
        return entries.isEmpty() && !Secret.TLS.equals(fields.get("type"))
                ? Optional.empty()
                : Optional.of(with(fields, entries));
    }

    /// Empty: a mesh has no use for it.
    static Optional<Map<String, Object>> ofConfigMap(String name, Map<String, Object> fields) {
        if (name.equals(SETTINGS)) {
            return Optional.of(fields);
        }
        Map<?, ?> entries = entries(fields, AUTHORITIES);
        return entries.isEmpty() ? Optional.empty() : Optional.of(with(fields, entries));
    }

    private static Map<?, ?> entries(Map<String, Object> fields, Set<String> wanted) {
        if (!(fields.get("data") instanceof Map<?, ?> data)) {
            return Map.of();
        }
        Map<Object, Object> kept = new LinkedHashMap<>(data);
        kept.keySet().retainAll(wanted);
        return kept;
    }

    private static Map<String, Object> with(Map<String, Object> fields, Map<?, ?> entries) {
        Map<String, Object> kept = new LinkedHashMap<>();
        if (fields.get("type") instanceof String type) {
            kept.put("type", type);
        }
        kept.put("data", entries);
        return kept;
    }
}
