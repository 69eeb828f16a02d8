package io.meltemi.proxy.filter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Merges trees of dynamic metadata. Immutable: pure functions.
public final class MetadataTree {
    private MetadataTree() {}

    /// Envoy: maps are merged key by key, lists are joined, anything else is replaced.
    public static Object merged(Object before, Object now) {
        if (before instanceof Map<?, ?> old && now instanceof Map<?, ?> added) {
            Map<String, Object> all = new HashMap<>();
            old.forEach((key, value) -> all.put(String.valueOf(key), value));
            added.forEach((key, value) -> {
                Object known = all.get(String.valueOf(key));
                all.put(String.valueOf(key), known == null ? value : merged(known, value));
            });
            return all;
        }
        if (before instanceof List<?> old && now instanceof List<?> added) {
            List<Object> all = new ArrayList<>(old);
            all.addAll(added);
            return all;
        }
        return now;
    }
}
