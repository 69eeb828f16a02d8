package io.meltemi.proxy.filter.peermetadata;

import com.google.protobuf.Any;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.xds.proto.peermetadata.Config;
import io.meltemi.xds.proto.peermetadata.Config.DiscoveryMethod;
import io.meltemi.xds.proto.peermetadata.Config.PropagationMethod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.peer_metadata`. Immutable: pure functions.
public final class PeerMetadataCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    // `shared_with_upstream` means something for internal listeners alone.
                    .supports(
                            Config.getDescriptor(),
                            "downstream_discovery upstream_discovery downstream_propagation"
                                    + " upstream_propagation additional_labels")
                    .supports(DiscoveryMethod.getDescriptor(), "istio_headers")
                    // Istio: it finds nobody in a proxy whose bootstrap does not name the service
                    // to ask (`envoy.bootstrap.workload_discovery`); here no bootstrap can.
                    .ignores(DiscoveryMethod.getDescriptor(), "workload_discovery")
                    .supports(PropagationMethod.getDescriptor(), "istio_headers")
                    .supports(Config.IstioHeaders.getDescriptor(), "skip_external_clusters")
                    .build();

    private PeerMetadataCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        Config proto = TypedConfig.open(config, Config.getDefaultInstance(), FIELDS, at);
        if (proto == null) {
            return null;
        }
        Set<String> labels = new HashSet<>(proto.getAdditionalLabelsList());
        return new PeerMetadataFilter(
                discovery(proto.getDownstreamDiscoveryList(), labels, at, "downstream_discovery"),
                discovery(proto.getUpstreamDiscoveryList(), labels, at, "upstream_discovery"),
                propagation(
                        proto.getUpstreamPropagationList(),
                        labels,
                        context,
                        at,
                        "upstream_propagation"),
                propagation(
                        proto.getDownstreamPropagationList(),
                        labels,
                        context,
                        at,
                        "downstream_propagation"));
    }

    private static @Nullable PeerHeaders discovery(
            List<DiscoveryMethod> methods, Set<String> labels, ConfigPlace at, String field) {
        PeerHeaders found = null;
        for (int i = 0; i < methods.size(); i++) {
            switch (methods.get(i).getMethodSpecifierCase()) {
                case ISTIO_HEADERS -> found = new PeerHeaders(labels);
                case WORKLOAD_DISCOVERY, BAGGAGE -> {}
                case METHODSPECIFIER_NOT_SET -> at.element(field, i).refuse("names no method");
            }
        }
        return found;
    }

    private static List<Propagation> propagation(
            List<PropagationMethod> methods,
            Set<String> labels,
            FilterContext context,
            ConfigPlace at,
            String field) {
        List<Propagation> all = new ArrayList<>();
        for (int i = 0; i < methods.size(); i++) {
            switch (methods.get(i).getMethodSpecifierCase()) {
                case ISTIO_HEADERS ->
                        all.add(
                                new Propagation(
                                        context.node().getId(),
                                        PeerHeaders.encode(NodeMetadata.of(context.node(), labels)),
                                        methods.get(i)
                                                .getIstioHeaders()
                                                .getSkipExternalClusters()));
                case METHODSPECIFIER_NOT_SET -> at.element(field, i).refuse("names no method");
            }
        }
        return all;
    }
}
