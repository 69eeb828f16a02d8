package io.meltemi.pilot.patch;

import io.meltemi.model.config.EnvoyFilter.Context;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.pilot.patch.PatchCache.Layer;
import io.meltemi.pilot.patch.PatchCache.LayerKey;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.snapshot.LayeredResources;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.SharedLayer;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Patches what proxies should have, and remembers which patches did what. Confined to Pilot's
/// lock.
///
/// Without EnvoyFilters a snapshot passes untouched. What proxies share is patched once for all
/// that have the same patches, and stays shared.
public final class SnapshotPatching {
    private final EnvoyFilters filters;
    private final PatchCache cache;
    private final LayerPatching layers;
    private final PatchFindings findings = new PatchFindings();
    private final AddedResources added = new AddedResources(findings);

    public SnapshotPatching(EnvoyFilters filters, PatchCache cache) {
        this.filters = filters;
        this.cache = cache;
        this.layers = new LayerPatching(cache);
    }

    /// What came to light so far: values that are not Envoy's, patches that would break a resource,
    /// and patches that changed nothing for any proxy they were meant for.
    public List<Diagnostic> diagnostics() {
        List<Diagnostic> found = new ArrayList<>(filters.diagnostics());
        found.addAll(findings.diagnostics());
        return found;
    }

    /// Whether patches are written for a sidecar's outbound routes: they are for whole tables, so
    /// their hosts do not travel by themselves.
    public boolean changesRoutes(ProxyNode sidecar) {
        return filters.of(sidecar).stream()
                .anyMatch(patch -> RoutePatches.isForRoutes(patch, Context.SIDECAR_OUTBOUND));
    }

    /// The snapshot for one proxy after its patches.
    ///
    /// @param about what is to be known of the proxy, if it has patches
    public XdsSnapshot patch(ProxyNode node, XdsSnapshot snapshot, Supplier<PatchedProxy> about) {
        List<Patch> patches = filters.of(node);
        if (patches.isEmpty()) {
            return snapshot;
        }
        PatchedProxy proxy = about.get();
        findings.asked(patches.stream().filter(proxy::canJudge).toList());
        Map<ResourceType, Map<String, XdsResource>> all = new EnumMap<>(ResourceType.class);
        all.putAll(snapshot.resources());
        Map<String, XdsResource> extensions =
                new LinkedHashMap<>(all.getOrDefault(ResourceType.EXTENSION, Map.of()));
        extensions.putAll(
                added.of(ResourceType.EXTENSION, proxy, patches, Map.copyOf(extensions), Set.of()));
        if (!extensions.isEmpty()) {
            all.put(ResourceType.EXTENSION, extensions);
        }
        for (ResourceType type :
                List.of(ResourceType.CLUSTER, ResourceType.LISTENER, ResourceType.ROUTE)) {
            all.computeIfPresent(
                    type,
                    (_, resources) ->
                            patched(
                                    (LayeredResources) resources,
                                    PatchChoice.of(proxy, type, patches),
                                    patches,
                                    extensions.keySet()));
        }
        return new XdsSnapshot(snapshot.version(), all);
    }

    private Map<String, XdsResource> patched(
            LayeredResources resources,
            PatchChoice choice,
            List<Patch> patches,
            Set<String> extensions) {
        LayerKey key =
                new LayerKey(
                        resources.shared(),
                        choice.proxy().node().type(),
                        choice.patches(),
                        extensions);
        Layer<SharedLayer> shared =
                cache.layer(
                        key, () -> layers.of(resources.shared().resources(), choice, extensions));
        Layer<Map<String, XdsResource>> own = layers.of(resources.own(), choice, extensions);
        remember(shared, choice);
        remember(own, choice);
        Map<String, XdsResource> more = new LinkedHashMap<>(own.resources());
        more.putAll(
                added.of(
                        choice.type(),
                        choice.proxy(),
                        patches,
                        LayeredResources.of(shared.resources(), own.resources()),
                        extensions));
        return LayeredResources.of(shared.resources(), more);
    }

    private void remember(Layer<?> layer, PatchChoice choice) {
        layer.fitted().forEach(i -> findings.fitted(choice.patches().get(i)));
        layer.faults()
                .forEach((i, fault) ->
                        findings.broken(choice.patches().get(i), fault.resource(), fault.reason()));
    }
}
