package io.meltemi.galley.analyze;

import io.meltemi.model.service.HostPatterns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Things by the host they are for, so that one host is not compared with every other. Confined to
/// one analysis.
final class HostIndex<T> {
    private final Map<String, List<T>> exact = new HashMap<>();

    /// By pattern, e.g. `*.example.com`: in most meshes few.
    private final Map<String, List<T>> patterns = new HashMap<>();

    void add(String host, T value) {
        (host.startsWith("*") ? patterns : exact)
                .computeIfAbsent(host, _ -> new ArrayList<>())
                .add(value);
    }

    /// What is for all that the host stands for.
    List<T> covering(String host) {
        List<T> found = new ArrayList<>(exact.getOrDefault(host, List.of()));
        patterns.forEach((pattern, values) -> {
            if (HostPatterns.covers(pattern, host)) {
                found.addAll(values);
            }
        });
        return found;
    }

    /// Whether anything is for some of what the host stands for.
    boolean overlaps(String host) {
        return exact.containsKey(host)
                || patterns.keySet().stream().anyMatch(p -> HostPatterns.overlap(p, host))
                || (host.startsWith("*")
                        && exact.keySet().stream().anyMatch(h -> HostPatterns.overlap(h, host)));
    }
}
