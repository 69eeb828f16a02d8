package io.meltemi.pilot.scope;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.model.service.Locality;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The proxy that is served, once its claim was checked. Immutable.
///
/// @param address the workload's IP
/// @param name of the workload, unique in its namespace
/// @param capabilities what it can do and a stock Envoy cannot, e.g. `peer-metadata`
/// @param metadata texts that it says of itself, e.g. `ISTIO_VERSION`
/// @param identity what its certificate proves: only then it is given secrets
public record ProxyNode(
        Type type,
        String address,
        String name,
        String namespace,
        SortedMap<String, String> labels,
        String workload,
        Locality locality,
        SortedSet<String> capabilities,
        Interception interception,
        SortedMap<String, String> metadata,
        Optional<SpiffeId> identity) {
    /// The capability of who takes virtual hosts one by one.
    static final String VIRTUAL_HOSTS = "virtual-hosts";

    public ProxyNode {
        metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        capabilities = Collections.unmodifiableSortedSet(new TreeSet<>(capabilities));
    }

    /// One that has proven nothing.
    public ProxyNode(
            Type type,
            String address,
            String name,
            String namespace,
            SortedMap<String, String> labels,
            String workload,
            Locality locality,
            SortedSet<String> capabilities,
            Interception interception,
            SortedMap<String, String> metadata) {
        this(
                type,
                address,
                name,
                namespace,
                labels,
                workload,
                locality,
                capabilities,
                interception,
                metadata,
                Optional.empty());
    }

    /// One that says nothing else of itself, and has proven nothing.
    public ProxyNode(
            Type type,
            String address,
            String name,
            String namespace,
            SortedMap<String, String> labels,
            String workload,
            Locality locality,
            SortedSet<String> capabilities,
            Interception interception) {
        this(
                type,
                address,
                name,
                namespace,
                labels,
                workload,
                locality,
                capabilities,
                interception,
                Collections.emptySortedMap());
    }

    /// The same after a proof.
    public ProxyNode proven(SpiffeId proof) {
        return new ProxyNode(
                type,
                address,
                name,
                namespace,
                labels,
                workload,
                locality,
                capabilities,
                interception,
                metadata,
                Optional.of(proof));
    }

    /// What kind of proxy it is.
    public enum Type {
        /// Beside one application.
        SIDECAR,
        /// Alone at the edge.
        ROUTER,
        /// None: the application's own gRPC library asks (Istio: proxyless gRPC).
        GRPC
    }

    /// In which pieces routes are sent.
    public enum RouteGrain {
        /// All routes of a port at once (RDS).
        TABLE,
        /// Each virtual host by itself (VHDS): who asks for it takes them over delta ADS.
        VIRTUAL_HOST
    }

    public RouteGrain routeGrain() {
        return capabilities.contains(VIRTUAL_HOSTS) ? RouteGrain.VIRTUAL_HOST : RouteGrain.TABLE;
    }

    /// Istio's canonical service name: what all versions of a program share.
    public String app() {
        return label("service.istio.io/canonical-name", "app.kubernetes.io/name", "app")
                .orElse(workload);
    }

    /// Istio's canonical revision.
    public String version() {
        return label("service.istio.io/canonical-revision", "app.kubernetes.io/version", "version")
                .orElse("latest");
    }

    private Optional<String> label(String... keys) {
        return Stream.of(keys)
                .flatMap(key -> Optional.ofNullable(labels.get(key)).stream())
                .findFirst();
    }
}
