package io.meltemi.pilot.scope;

import io.meltemi.model.config.PeerAuthentication;
import io.meltemi.model.config.PeerAuthentication.Mode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which mutual TLS each workload asks of its callers. Immutable.
///
/// Istio: port, then workload, then namespace, then mesh, then PERMISSIVE; UNSET inherits; of
/// several in one scope the oldest, here the first by name, holds.
public final class PeerModes {
    private final Map<String, PeerAuthentication> byNamespace = new HashMap<>();
    private final Map<String, List<PeerAuthentication>> byWorkload = new HashMap<>();
    private final String rootNamespace;
    private final Mode mesh;

    PeerModes(List<PeerAuthentication> all, String rootNamespace) {
        this.rootNamespace = rootNamespace;
        List<PeerAuthentication> sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparing(p -> p.metadata().name()));
        for (PeerAuthentication policy : sorted) {
            String namespace = policy.metadata().namespace();
            if (policy.selector().selectsAll()) {
                byNamespace.putIfAbsent(namespace, policy);
            } else {
                byWorkload.computeIfAbsent(namespace, _ -> new ArrayList<>()).add(policy);
            }
        }
        Mode root = ofNamespace(rootNamespace);
        mesh = root == Mode.UNSET ? Mode.PERMISSIVE : root;
    }

    private Mode ofNamespace(String namespace) {
        return Optional.ofNullable(byNamespace.get(namespace))
                .flatMap(PeerAuthentication::mode)
                .orElse(Mode.UNSET);
    }

    /// The policy that says what holds on one port of a workload; empty: none says anything.
    public Optional<PeerAuthentication> decisive(
            String namespace, Map<String, String> labels, int port) {
        Optional<PeerAuthentication> own = workload(namespace, labels);
        boolean says =
                own.filter(policy -> policy.mode().orElse(Mode.UNSET) != Mode.UNSET).isPresent();
        if (says || portModes(namespace, labels).containsKey(port)) {
            return own;
        }
        return Optional.ofNullable(
                ofNamespace(namespace) != Mode.UNSET
                        ? byNamespace.get(namespace)
                        : ofNamespace(rootNamespace) != Mode.UNSET
                                ? byNamespace.get(rootNamespace)
                                : null);
    }

    /// What holds on every port that has no mode of its own.
    public Mode mode(String namespace, Map<String, String> labels) {
        Mode own = workload(namespace, labels).flatMap(PeerAuthentication::mode).orElse(Mode.UNSET);
        if (own != Mode.UNSET) {
            return own;
        }
        Mode inherited = ofNamespace(namespace);
        return inherited == Mode.UNSET ? mesh : inherited;
    }

    /// The ports of a workload that have a mode of their own.
    public SortedMap<Integer, Mode> portModes(String namespace, Map<String, String> labels) {
        SortedMap<Integer, Mode> modes = new TreeMap<>();
        workload(namespace, labels)
                .ifPresent(policy ->
                        policy.portLevelMtls()
                                .forEach((port, mode) -> {
                                    if (mode != Mode.UNSET) {
                                        modes.put(port, mode);
                                    }
                                }));
        return modes;
    }

    /// What holds on one port of a workload.
    public Mode mode(String namespace, Map<String, String> labels, int port) {
        Mode own = portModes(namespace, labels).get(port);
        return own != null ? own : mode(namespace, labels);
    }

    private Optional<PeerAuthentication> workload(String namespace, Map<String, String> labels) {
        return byWorkload.getOrDefault(namespace, List.of()).stream()
                .filter(policy -> policy.selector().selects(labels))
                .findFirst();
    }
}
