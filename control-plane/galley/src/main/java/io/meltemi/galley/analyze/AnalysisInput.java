package io.meltemi.galley.analyze;

import io.meltemi.galley.decode.DecodedDocument;
import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.kubernetes.KubernetesObject.PodObject;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What analyzers look at: every resource that could be decoded, also one with errors, so that a
/// reference to it is no further error. Confined to the thread that reads the state.
final class AnalysisInput {
    private final MeshSettings settings;
    private final KnownServices services;

    /// By type, each sorted by key.
    private final Map<Class<?>, List<Item<ConfigResource>>> items = new HashMap<>();

    private final List<PodObject> pods = new ArrayList<>();

    AnalysisInput(List<DecodedDocument> documents, MeshSettings settings, KnownServices services) {
        this.settings = settings;
        this.services = services;
        for (DecodedDocument document : documents) {
            document.object()
                    .ifPresent(object -> {
                        if (object instanceof PodObject pod) {
                            pods.add(pod);
                        }
                    });
        }
        List<Keyed> sorted = new ArrayList<>(documents.size());
        for (DecodedDocument document : documents) {
            document.resource()
                    .ifPresent(r ->
                            sorted.add(
                                    new Keyed(
                                            r.value().key(),
                                            new Item<>(r.value(), r.at(), document.findings()))));
        }
        sorted.sort(Comparator.comparing(Keyed::key));
        for (Keyed keyed : sorted) {
            items.computeIfAbsent(keyed.item().resource().getClass(), _ -> new ArrayList<>())
                    .add(keyed.item());
        }
    }

    private record Keyed(ResourceKey key, Item<ConfigResource> item) {}

    MeshSettings settings() {
        return settings;
    }

    KnownServices services() {
        return services;
    }

    /// Running instances, as far as they are written down.
    List<PodObject> pods() {
        return pods;
    }

    /// @param findings where to report about it
    record Item<T extends ConfigResource>(T resource, Origin at, Findings findings) {
        String namespace() {
            return resource.metadata().namespace();
        }

        /// `NAMESPACE/NAME`.
        String name() {
            return namespace() + "/" + resource.metadata().name();
        }
    }

    /// All of one type, in a stable order.
    <T extends ConfigResource> List<Item<T>> all(Class<T> type) {
        return items.getOrDefault(type, List.of()).stream()
                .map(item -> new Item<>(type.cast(item.resource()), item.at(), item.findings()))
                .toList();
    }

    /// Istio: a name without a dot belongs to the namespace of the resource that names it.
    String fullHost(String host, String namespace) {
        return host.contains(".") || host.startsWith("*")
                ? host
                : host + "." + namespace + "." + settings.domainSuffix();
    }
}
