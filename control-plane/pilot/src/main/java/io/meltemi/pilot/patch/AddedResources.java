package io.meltemi.pilot.patch;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.meltemi.model.config.EnvoyFilter.ApplyTo;
import io.meltemi.model.config.EnvoyFilter.Context;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Clusters, listeners and configurations of filters that patches add. Confined to Pilot's lock.
final class AddedResources {
    private final PatchFindings findings;

    AddedResources(PatchFindings findings) {
        this.findings = findings;
    }

    /// By their names, which none of those that are there has.
    Map<String, XdsResource> of(
            ResourceType type,
            PatchedProxy proxy,
            List<Patch> patches,
            Map<String, XdsResource> there,
            Set<String> extensions) {
        Map<String, XdsResource> added = new LinkedHashMap<>();
        for (Patch patch : patches) {
            if (!patch.adds() || type(patch).filter(t -> t == type).isEmpty()) {
                continue;
            }
            if (type != ResourceType.EXTENSION && !isFor(patch, proxy)) {
                continue;
            }
            String name = name(patch.value());
            try {
                check(patch.value(), name, there.keySet(), added.keySet());
                Soundness.check(name, patch.value(), extensions);
                added.put(name, XdsResource.of(type, name, patch.value()));
                findings.fitted(patch);
            } catch (UnfitException e) {
                findings.broken(patch, name, e.reason());
            } catch (InvalidProtocolBufferException e) {
                findings.broken(patch, name, "hold what cannot be read: " + e.getMessage());
            }
        }
        return added;
    }

    private static Optional<ResourceType> type(Patch patch) {
        return switch (patch.applyTo()) {
            case CLUSTER -> Optional.of(ResourceType.CLUSTER);
            case LISTENER -> Optional.of(ResourceType.LISTENER);
            case EXTENSION_CONFIG -> Optional.of(ResourceType.EXTENSION);
            case LISTENER_FILTER,
                    FILTER_CHAIN,
                    NETWORK_FILTER,
                    HTTP_FILTER,
                    ROUTE_CONFIGURATION,
                    VIRTUAL_HOST,
                    HTTP_ROUTE ->
                    Optional.empty();
        };
    }

    /// A sidecar has both directions.
    private static boolean isFor(Patch patch, PatchedProxy proxy) {
        ApplyTo applyTo = patch.applyTo();
        return patch.isFor(applyTo, proxy.context(Context.SIDECAR_INBOUND))
                || patch.isFor(applyTo, proxy.context(Context.SIDECAR_OUTBOUND));
    }

    private static String name(Message value) {
        return switch (value) {
            case Cluster cluster -> cluster.getName();
            case Listener listener -> listener.getName();
            case TypedExtensionConfig extension -> extension.getName();
            default -> "";
        };
    }

    private static void check(Message value, String name, Set<String> there, Set<String> added)
            throws UnfitException {
        if (name.isEmpty()) {
            throw new UnfitException("have no name");
        }
        if (there.contains(name) || added.contains(name)) {
            throw new UnfitException("be a second one of that name: use another name, or MERGE");
        }
        if (value instanceof Listener listener) {
            SocketAddress at = listener.getAddress().getSocketAddress();
            // Names of Pilot's listeners tell where they listen.
            String place = at.getAddress() + "_" + at.getPortValue();
            if (there.contains(place)) {
                throw new UnfitException(
                        "listen where listener '%s' does: use MERGE".formatted(place));
            }
        }
    }
}
