package io.meltemi.pilot.patch;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meltemi.model.config.EnvoyFilter;
import io.meltemi.model.config.EnvoyFilter.ConfigPatch;
import io.meltemi.model.config.EnvoyFilter.Operation;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Severity;
import io.meltemi.model.snapshot.ConfigSnapshot;
import io.meltemi.pilot.scope.ProxyNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The EnvoyFilters of a mesh in the order in which they are applied, with their values understood.
/// Immutable.
public final class EnvoyFilters {
    private record Chosen(Patch patch, Optional<ProxyCondition> proxies) {
        boolean isFor(ProxyNode node) {
            return proxies.isEmpty() || proxies.get().matches(node);
        }
    }

    private record Understood(EnvoyFilter filter, List<Chosen> patches) {}

    private final String rootNamespace;
    private final List<Understood> filters = new ArrayList<>();
    private final List<Diagnostic> diagnostics = new ArrayList<>();

    /// Istio: the lower priority first, of equals the root namespace's; the oldest, here the first
    /// by name.
    public EnvoyFilters(ConfigSnapshot config, String rootNamespace) {
        this.rootNamespace = rootNamespace;
        config.all(EnvoyFilter.class).stream()
                .sorted(
                        Comparator.comparingInt(EnvoyFilter::priority)
                                .thenComparing(f -> !f.metadata().namespace().equals(rootNamespace))
                                .thenComparing(f -> f.metadata().name())
                                .thenComparing(f -> f.metadata().namespace()))
                .forEach(this::add);
    }

    private void add(EnvoyFilter filter) {
        List<Chosen> patches = new ArrayList<>();
        for (int i = 0; i < filter.patches().size(); i++) {
            Sourced<ConfigPatch> written = filter.patches().get(i);
            // Refused before: nothing to merge would do nothing.
            if (written.value().operation() != Operation.REMOVE
                    && written.value().value().isEmpty()) {
                continue;
            }
            try {
                patches.add(
                        new Chosen(
                                Patch.of(filter, i),
                                written.value().match().proxy().map(ProxyCondition::of)));
            } catch (InvalidProtocolBufferException e) {
                diagnostics.add(
                        new Diagnostic(
                                PatchFindings.BROKEN,
                                Severity.ERROR,
                                written.at(),
                                "%s: the value is no %s of Envoy's: %s; the patch is left out"
                                        .formatted(
                                                Patch.label(filter, i),
                                                written.value().applyTo(),
                                                shown(e))));
            }
        }
        filters.add(new Understood(filter, List.copyOf(patches)));
    }

    private static String shown(Exception e) {
        String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        return message.length() > 200 ? message.substring(0, 200) + "..." : message;
    }

    /// The values that Envoy could not take.
    List<Diagnostic> diagnostics() {
        return List.copyOf(diagnostics);
    }

    /// The patches for one proxy, in order; none for most meshes.
    List<Patch> of(ProxyNode node) {
        return filters.stream()
                .filter(f -> isInScope(f.filter(), node))
                .flatMap(f -> f.patches().stream())
                .filter(chosen -> chosen.isFor(node))
                .map(Chosen::patch)
                .toList();
    }

    /// What is attached to something by name is for proxies that this mesh does not have.
    private boolean isInScope(EnvoyFilter filter, ProxyNode node) {
        String namespace = filter.metadata().namespace();
        return filter.targetRefs().isEmpty()
                && (namespace.equals(rootNamespace) || namespace.equals(node.namespace()))
                && filter.selector().selects(node.labels());
    }
}
