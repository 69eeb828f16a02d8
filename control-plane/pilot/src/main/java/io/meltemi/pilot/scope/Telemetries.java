package io.meltemi.pilot.scope;

import io.meltemi.model.config.ExtensionProvider;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.Telemetry;
import io.meltemi.model.config.Telemetry.AccessLogging;
import io.meltemi.model.config.Telemetry.Mode;
import io.meltemi.model.config.Telemetry.Tracing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What is written about telemetry, from the widest to the narrowest. Immutable.
///
/// Istio: one for the mesh, one for the namespace (of several the oldest, here the first by name),
/// and then those that select the workload.
public final class Telemetries {
    private final List<Telemetry> all;
    private final MeshConfig mesh;
    private final String rootNamespace;

    Telemetries(List<Telemetry> all, MeshConfig mesh, String rootNamespace) {
        this.all = all.stream().sorted(Comparator.comparing(t -> t.metadata().name())).toList();
        this.mesh = mesh;
        this.rootNamespace = rootNamespace;
    }

    /// Those that hold for a proxy.
    public List<Telemetry> of(ProxyNode node) {
        Stream<Telemetry> wide =
                Stream.of(rootNamespace, node.namespace())
                        .distinct()
                        .flatMap(namespace ->
                                in(namespace).filter(Telemetries::isWide).findFirst().stream());
        Stream<Telemetry> own =
                in(node.namespace())
                        .filter(t -> !isWide(t) && t.targetRefs().isEmpty())
                        .filter(t -> t.selector().selects(node.labels()));
        return Stream.concat(wide, own).toList();
    }

    private Stream<Telemetry> in(String namespace) {
        return all.stream().filter(t -> t.metadata().namespace().equals(namespace));
    }

    private static boolean isWide(Telemetry telemetry) {
        return telemetry.targetRefs().isEmpty() && telemetry.selector().selectsAll();
    }

    /// Who is told of each request, by name.
    ///
    /// Istio: the providers of the narrowest level that names some; each may be turned off below.
    /// Empty where nothing of it is written, or nothing that can be: then the mesh's own file
    /// counts.
    ///
    /// @param telemetries that hold for the proxy
    /// @param side client or server
    public Optional<List<ExtensionProvider>> logs(List<Telemetry> telemetries, Mode side) {
        List<List<AccessLogging>> levels =
                telemetries.stream()
                        .map(Telemetry::accessLogging)
                        .filter(entries -> !entries.isEmpty())
                        .toList();
        SortedMap<String, Boolean> enabled = enabled(levels, side);
        List<ExtensionProvider> found =
                mesh.extensionProviders().stream()
                        .filter(p -> enabled.containsKey(p.name()))
                        .filter(p -> p.role() instanceof ExtensionProvider.Logging)
                        .sorted(Comparator.comparing(ExtensionProvider::name))
                        .toList();
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(found.stream().filter(p -> isOn(enabled, p)).toList());
    }

    private static boolean isOn(Map<String, Boolean> enabled, ExtensionProvider provider) {
        return enabled.getOrDefault(provider.name(), false);
    }

    private SortedMap<String, Boolean> enabled(List<List<AccessLogging>> levels, Mode side) {
        SortedMap<String, Boolean> enabled = new TreeMap<>();
        if (levels.isEmpty()) {
            mesh.defaultProviders().accessLogging().forEach(name -> enabled.put(name, true));
            return enabled;
        }
        Set<String> inScope = inScope(levels, side);
        List<String> above = mesh.defaultProviders().accessLogging();
        for (AccessLogging entry : levels.stream().flatMap(List::stream).toList()) {
            List<String> named = entry.providers().isEmpty() ? above : entry.providers();
            above = named;
            if (entry.mode().covers(side)) {
                named.stream()
                        .filter(inScope::contains)
                        .forEach(name -> enabled.put(name, !entry.disabled()));
            }
        }
        return enabled;
    }

    private Set<String> inScope(List<List<AccessLogging>> levels, Mode side) {
        Set<String> names = new HashSet<>(mesh.defaultProviders().accessLogging());
        for (List<AccessLogging> level : levels) {
            List<String> own =
                    level.stream()
                            .filter(entry -> entry.mode().covers(side))
                            .flatMap(entry -> entry.providers().stream())
                            .toList();
            if (!own.isEmpty()) {
                names = new HashSet<>(own);
            }
        }
        return names;
    }

    /// What is written about spans, the narrowest last.
    ///
    /// @param telemetries that hold for the proxy
    /// @param side client or server
    public List<Tracing> tracing(List<Telemetry> telemetries, Mode side) {
        List<Tracing> found = new ArrayList<>();
        telemetries.forEach(telemetry ->
                telemetry.tracing().stream()
                        .filter(entry -> entry.mode().covers(side))
                        .forEach(found::add));
        return found;
    }

    /// Who gets spans: the last that is named; empty where nobody is.
    public Optional<String> tracer(List<Tracing> tracing) {
        return tracing.reversed().stream()
                .flatMap(t -> t.providers().stream().limit(1))
                .findFirst()
                .or(() -> mesh.defaultProviders().tracing().stream().findFirst());
    }

    /// What a provider does; empty where there is none of the name.
    public Optional<ExtensionProvider.Role> provider(String name) {
        return mesh.extensionProviders().stream()
                .filter(p -> p.name().equals(name))
                .map(ExtensionProvider::role)
                .findFirst();
    }
}
