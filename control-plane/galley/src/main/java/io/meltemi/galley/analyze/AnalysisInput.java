package io.meltemi.galley.analyze;

import io.meltemi.galley.decode.DecodedDocument;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What analyzers look at: every resource that could be decoded, also one with errors, so that a
/// reference to it is no further error. Confined to the thread that reads the state.
record AnalysisInput(
        List<DecodedDocument> documents, MeshSettings settings, KnownServices services) {
    AnalysisInput {
        documents = List.copyOf(documents);
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
        return documents.stream()
                .flatMap(document -> item(document, type).stream())
                .sorted(Comparator.comparing(item -> item.resource().key()))
                .toList();
    }

    private static <T extends ConfigResource> Optional<Item<T>> item(
            DecodedDocument document, Class<T> type) {
        return document.resource()
                .filter(r -> type.isInstance(r.value()))
                .map((Sourced<ConfigResource> r) ->
                        new Item<>(type.cast(r.value()), r.at(), document.findings()));
    }

    /// Istio: a name without a dot belongs to the namespace of the resource that names it.
    String fullHost(String host, String namespace) {
        return host.contains(".") || host.startsWith("*")
                ? host
                : host + "." + namespace + "." + settings.domainSuffix();
    }
}
