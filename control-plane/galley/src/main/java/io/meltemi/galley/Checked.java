package io.meltemi.galley;

import io.meltemi.galley.analyze.Analysis;
import io.meltemi.galley.analyze.KnownServices;
import io.meltemi.galley.decode.DecodedDocument;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.Suppression;
import io.meltemi.galley.gatewayapi.ApiStatus;
import io.meltemi.galley.gatewayapi.ConvertedApi;
import io.meltemi.galley.gatewayapi.GatewayApiConversion;
import io.meltemi.galley.gatewayapi.GatewayApiDocuments;
import io.meltemi.galley.gatewayapi.Surroundings;
import io.meltemi.galley.kubernetes.KubernetesObject;
import io.meltemi.galley.kubernetes.KubernetesObject.NamespaceObject;
import io.meltemi.galley.kubernetes.KubernetesServices;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.ResourceName;
import io.meltemi.galley.validate.UniqueNames;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Severity;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.ServiceSnapshot.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// One state of all sources, read and judged. Immutable.
///
/// @param services those that documents of Kubernetes describe
/// @param mesh what is written for the whole mesh
/// @param statuses of what documents of the Gateway API describe
/// @param diagnostics everything that was found, by place
/// @param refusing the errors among them that keep the state from taking force
/// @param read every document whose kind is served, with what was found in it
public record Checked(
        SortedMap<ResourceKey, Sourced<ConfigResource>> resources,
        SortedMap<Hostname, Entry> services,
        MeshConfig mesh,
        List<ApiStatus> statuses,
        List<Diagnostic> diagnostics,
        List<Diagnostic> refusing,
        Map<ResourceName, ReadResource> read) {
    /// Of documents that define nothing that others refer to.
    private static final Set<String> OF_OTHERS =
            Set.of(
                    Code.KIND_NOT_SUPPORTED.text(),
                    Code.NOT_FOR_A_MESH.text(),
                    Code.WITHOUT_EFFECT.text());

    private static final Comparator<Diagnostic> BY_PLACE =
            Comparator.comparing((Diagnostic d) -> d.origin().source())
                    .thenComparingInt(d -> d.origin().line())
                    .thenComparingInt(d -> d.origin().column())
                    .thenComparing(Diagnostic::code)
                    .thenComparing(Diagnostic::message);

    public Checked {
        resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
        services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
        statuses = List.copyOf(statuses);
        diagnostics = List.copyOf(diagnostics);
        refusing = List.copyOf(refusing);
        // Made for this state alone: ten thousand are not copied once more for each change.
        read = Collections.unmodifiableMap(read);
    }

    /// Reads, judges and analyses.
    static Checked of(
            List<DocumentSet> sets,
            Readings readings,
            MeshSettings started,
            KnownServices services,
            List<Suppression> suppressed) {
        Readings.State state = readings.read(sets);
        UniqueNames.check(state.documents());
        List<DecodedDocument> documents = state.good();
        MeshConfig mesh = MeshConfigMap.read(documents, started);
        MeshSettings settings = started.with(mesh);
        List<KubernetesObject> objects =
                documents.stream().flatMap(d -> d.object().stream()).toList();
        SortedMap<Hostname, Entry> written = KubernetesServices.of(objects, settings);
        SortedMap<ResourceKey, Sourced<ConfigResource>> resources = resources(documents);
        // Of what could not be read nobody knows what it defines: references are not judged then.
        // What is left out alone is not there for anybody: a reference to it leads nowhere.
        boolean isWhole =
                state.problems().stream().noneMatch(Checked::isError)
                        && state.ofTexts().stream().allMatch(Checked::isKnown);
        KnownServices known = isWhole ? services.with(written.keySet()) : KnownServices.UNKNOWN;
        Surroundings around =
                new Surroundings(
                        namespaces(objects),
                        resources.values().stream().map(Sourced::value).toList(),
                        known.isComplete() ? Optional.of(known.hosts()) : Optional.empty(),
                        settings);
        ConvertedApi converted = converted(documents, around);
        converted.resources().forEach(r -> resources.putIfAbsent(r.value().key(), r));
        if (isWhole) {
            Analysis.analyze(documents, settings, known);
        }
        List<Diagnostic> diagnostics = new ArrayList<>(state.problems());
        List<Diagnostic> refusing = new ArrayList<>(state.problems());
        for (DecodedDocument document : state.ofTexts()) {
            List<Diagnostic> found = document.findings().without(suppressed);
            diagnostics.addAll(found);
            refusing.addAll(found);
        }
        state.ofObjects().forEach(d -> diagnostics.addAll(d.findings().diagnostics()));
        diagnostics.sort(BY_PLACE);
        return new Checked(
                resources,
                written,
                mesh,
                converted.statuses(),
                diagnostics,
                refusing.stream().filter(Checked::isError).toList(),
                ReadResource.of(state.documents()));
    }

    /// The same for a state that is read once.
    static Checked of(List<DocumentSet> sets, MeshSettings settings, KnownServices services) {
        return of(sets, new Readings(), settings, services, List.of());
    }

    private static boolean isError(Diagnostic diagnostic) {
        return diagnostic.severity() == Severity.ERROR;
    }

    private static ConvertedApi converted(List<DecodedDocument> documents, Surroundings around) {
        GatewayApiDocuments gatewayApi = new GatewayApiDocuments();
        documents.forEach(document ->
                document.gatewayApi().ifPresent(o -> gatewayApi.add(o, document.findings())));
        return GatewayApiConversion.convert(gatewayApi, around);
    }

    private static Map<String, Map<String, String>> namespaces(List<KubernetesObject> objects) {
        Map<String, Map<String, String>> namespaces = new HashMap<>();
        for (KubernetesObject object : objects) {
            if (object instanceof NamespaceObject(Metadata metadata)) {
                namespaces.put(metadata.name(), metadata.labels());
            }
        }
        return namespaces;
    }

    private static SortedMap<ResourceKey, Sourced<ConfigResource>> resources(
            List<DecodedDocument> documents) {
        SortedMap<ResourceKey, Sourced<ConfigResource>> resources = new TreeMap<>();
        documents.forEach(document ->
                document.resource().ifPresent(r -> resources.putIfAbsent(r.value().key(), r)));
        return resources;
    }

    private static boolean isKnown(DecodedDocument document) {
        return document.resource().isPresent()
                || document.object().isPresent()
                || document.gatewayApi().isPresent()
                || document.findings().diagnostics().stream()
                        .map(Diagnostic::code)
                        .allMatch(OF_OTHERS::contains);
    }
}
