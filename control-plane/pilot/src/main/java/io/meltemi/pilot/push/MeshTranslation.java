package io.meltemi.pilot.push;

import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.SnapshotVersion;
import io.meltemi.pilot.patch.EnvoyFilters;
import io.meltemi.pilot.patch.PatchCache;
import io.meltemi.pilot.patch.PatchedProxy;
import io.meltemi.pilot.patch.SnapshotPatching;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.pilot.scope.ProxyNode.RouteGrain;
import io.meltemi.pilot.scope.Viewer;
import io.meltemi.pilot.translate.security.SecretTranslation;
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
import org.jspecify.annotations.Nullable;

/// One mesh for any proxy: what many share, and over it what is its own. Confined to Pilot's lock.
final class MeshTranslation {
    private final PilotSettings settings;
    private final MeshView mesh;
    private final TranslationCache cache;
    private final PatchCache patched;
    private final SharedResources shared;
    private final Derived<ProxyNode, Caller> callers;
    private final Derived<OwnOf, OwnResources> own;
    private final GrpcResources grpc;
    private final SnapshotPatching patching;

    /// Made when the first proxy wants it.
    private @Nullable List<XdsResource> bundles;

    /// A proxy, and what leads to it.
    private record OwnOf(ProxyNode node, Object calls) {
        /// The calls are a long list, and mostly the same one.
        @Override
        public int hashCode() {
            return node.hashCode();
        }
    }

    private MeshTranslation(
            PilotSettings settings,
            MeshView mesh,
            TranslationCache cache,
            PatchCache patched,
            SharedResources shared,
            Derived<ProxyNode, Caller> callers,
            Derived<OwnOf, OwnResources> own) {
        this.settings = settings;
        this.mesh = mesh;
        this.cache = cache;
        this.patched = patched;
        this.shared = shared;
        this.callers = callers;
        this.own = own;
        this.grpc = new GrpcResources(mesh, cache, shared);
        this.patching =
                new SnapshotPatching(
                        new EnvoyFilters(mesh.snapshot().config(), mesh.settings().rootNamespace()),
                        patched);
    }

    /// Of a mesh with nothing before it.
    static MeshTranslation first(PilotSettings settings, MeshSnapshot snapshot, Work work) {
        MeshView mesh = new MeshView(snapshot);
        TranslationCache cache = new TranslationCache(work);
        return new MeshTranslation(
                settings,
                mesh,
                cache,
                new PatchCache(),
                new SharedResources(settings, mesh, cache, work),
                Derived.first(mesh.changes(), () -> work.count(Work.Step.CALLER)),
                Derived.first(mesh.changes(), () -> work.count(Work.Step.OWN)));
    }

    /// Of the next mesh.
    MeshTranslation next(MeshSnapshot snapshot) {
        MeshView later = mesh.next(snapshot);
        return new MeshTranslation(
                settings,
                later,
                cache,
                patched,
                shared.next(later),
                callers.next(later.changes()),
                own.next(later.changes()));
    }

    /// Ends a push: what nobody holds any more is forgotten.
    void forgetUnused() {
        cache.forgetUnused();
        patched.rotate();
    }

    private Caller caller(ProxyNode node) {
        return callers.get(node, MadeOf.CALLER, () -> mesh.caller(node));
    }

    /// Everything that one proxy should have.
    XdsSnapshot translate(ProxyNode node) {
        return switch (node.type()) {
            case SIDECAR -> patched(node, sidecar(node));
            case ROUTER -> patched(node, gateway(node));
            // Istio: EnvoyFilters are for Envoys.
            case GRPC -> new XdsSnapshot(version(), grpc.translate(node));
        };
    }

    private XdsSnapshot patched(ProxyNode node, XdsSnapshot translated) {
        return patching.patch(node, translated, () -> PatchedProxy.of(mesh, node));
    }

    /// What came to light about EnvoyFilters while this mesh was translated.
    List<Diagnostic> diagnostics() {
        return patching.diagnostics();
    }

    private String version() {
        return new SnapshotVersion(
                        mesh.snapshot().config().version(), mesh.snapshot().services().version())
                .toString();
    }

    private XdsSnapshot sidecar(ProxyNode node) {
        Caller caller = caller(node);
        Viewer viewer = caller.viewer();
        OwnResources own =
                this.own.get(
                        new OwnOf(node, mesh.calls(node)),
                        MadeOf.own(viewer),
                        () -> new OwnSidecar(settings, mesh, node, caller, shared, cache).make());
        Map<ResourceType, Map<String, XdsResource>> all = new EnumMap<>(ResourceType.class);
        SharedLayer listeners =
                switch (node.interception()) {
                    case Interception.Redirect _ -> {
                        putRoutes(all, node, caller, false);
                        yield shared.outboundListeners(caller, own.observability());
                    }
                    case Interception.Explicit explicit -> {
                        putRoutes(all, node, caller, true);
                        yield shared.boundListeners(
                                caller, own.observability(), explicit.outbound().host());
                    }
                };
        put(all, ResourceType.LISTENER, listeners, own.of(ResourceType.LISTENER));
        put(
                all,
                ResourceType.CLUSTER,
                shared.clusters(viewer, own.place()),
                own.of(ResourceType.CLUSTER));
        put(all, ResourceType.ENDPOINT, shared.endpoints(viewer, own.place()), List.of());
        put(all, ResourceType.NAME_TABLE, shared.names(viewer), List.of());
        List<XdsResource> bundles = bundles();
        if (!bundles.isEmpty()) {
            put(all, ResourceType.SECRET, SharedLayer.EMPTY, bundles);
        }
        return new XdsSnapshot(version(), all);
    }

    private XdsSnapshot gateway(ProxyNode node) {
        Viewer viewer = caller(node).viewer();
        OwnResources own =
                this.own.get(
                        new OwnOf(node, mesh.calls(node)),
                        MadeOf.GATEWAY,
                        () ->
                                new OwnGateway(settings, mesh, node, caller(node), shared, cache)
                                        .make());
        List<XdsResource> endpoints =
                shared.sniDnatEndpoints(viewer, own.place(), own.sniDnat()).stream()
                        .map(shared::endpoints)
                        .toList();
        Map<ResourceType, Map<String, XdsResource>> all = new EnumMap<>(ResourceType.class);
        put(
                all,
                ResourceType.CLUSTER,
                shared.clusters(viewer, own.place()),
                own.of(ResourceType.CLUSTER));
        put(all, ResourceType.ENDPOINT, shared.endpoints(viewer, own.place()), endpoints);
        List<XdsResource> secrets = new ArrayList<>(bundles());
        secrets.addAll(own.of(ResourceType.SECRET));
        put(all, ResourceType.SECRET, SharedLayer.EMPTY, secrets);
        for (ResourceType type : List.of(ResourceType.LISTENER, ResourceType.ROUTE)) {
            put(all, type, SharedLayer.EMPTY, own.of(type));
        }
        return new XdsSnapshot(version(), all);
    }

    private void putRoutes(
            Map<ResourceType, Map<String, XdsResource>> all,
            ProxyNode node,
            Caller caller,
            boolean forwardProxy) {
        switch (grain(node)) {
            case TABLE ->
                    put(
                            all,
                            ResourceType.ROUTE,
                            forwardProxy
                                    ? shared.routes().forwardProxy(caller)
                                    : shared.routes().tables(caller),
                            List.of());
            case VIRTUAL_HOST -> {
                for (ResourceType type : List.of(ResourceType.ROUTE, ResourceType.VIRTUAL_HOST)) {
                    put(all, type, shared.routes().pieces(caller, forwardProxy, type), List.of());
                }
            }
        }
    }

    /// Patches are looked for only where they could change the grain.
    private RouteGrain grain(ProxyNode node) {
        RouteGrain asked = node.routeGrain();
        return asked == RouteGrain.VIRTUAL_HOST && patching.changesRoutes(node)
                ? RouteGrain.TABLE
                : asked;
    }

    /// Not kept with what is a proxy's own: a new root changes nothing else.
    private List<XdsResource> bundles() {
        List<XdsResource> made = bundles;
        if (made == null) {
            made =
                    TrustBundles.of(mesh).stream()
                            .map(input ->
                                    cache.resource(
                                            ResourceType.SECRET,
                                            input.resource(),
                                            input,
                                            SecretTranslation::translate))
                            .toList();
            bundles = made;
        }
        return made;
    }

    private static void put(
            Map<ResourceType, Map<String, XdsResource>> all,
            ResourceType type,
            SharedLayer shared,
            List<XdsResource> own) {
        Map<String, XdsResource> byName = new LinkedHashMap<>();
        own.forEach(resource -> byName.put(resource.name(), resource));
        all.put(type, LayeredResources.of(shared, byName));
    }
}
