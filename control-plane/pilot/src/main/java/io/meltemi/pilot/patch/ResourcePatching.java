package io.meltemi.pilot.patch;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.meltemi.model.config.EnvoyFilter.ApplyTo;
import io.meltemi.pilot.patch.PatchCache.Outcome;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Patches on one resource, one after the other; one that would break it is left out. Thread-safe:
/// stateless.
final class ResourcePatching {
    private ResourcePatching() {}

    static Outcome of(PatchCache.Key key) {
        XdsResource resource = key.resource();
        Set<Integer> fitted = new HashSet<>();
        Map<Integer, String> faults = new HashMap<>();
        try {
            Message before = parse(resource);
            Message now = before;
            for (int i = 0; i < key.patches().size(); i++) {
                Patch patch = key.patches().get(i);
                if (removes(patch, now)) {
                    fitted.add(i);
                    return new Outcome(Optional.empty(), fitted, faults);
                }
                try {
                    Message next = apply(patch, now);
                    if (!next.equals(now)) {
                        Soundness.check(resource.name(), next, key.extensions());
                        fitted.add(i);
                        now = next;
                    }
                } catch (UnfitException e) {
                    faults.put(i, e.reason());
                }
            }
            XdsResource patched =
                    now.equals(before)
                            ? resource
                            : XdsResource.of(resource.type(), resource.name(), now);
            return new Outcome(Optional.of(patched), fitted, faults);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "what was translated into " + resource.name() + " cannot be read", e);
        }
    }

    private static boolean removes(Patch patch, Message message) {
        return patch.removes()
                && switch (message) {
                    case Cluster _ -> patch.applyTo() == ApplyTo.CLUSTER;
                    case Listener listener ->
                            patch.applyTo() == ApplyTo.LISTENER
                                    && ListenerMatches.listener(patch, listener);
                    default -> false;
                };
    }

    private static Message parse(XdsResource resource) throws InvalidProtocolBufferException {
        return switch (resource.type()) {
            case CLUSTER -> Cluster.parseFrom(resource.body().getValue());
            case LISTENER -> Listener.parseFrom(resource.body().getValue());
            case ROUTE -> RouteConfiguration.parseFrom(resource.body().getValue());
            case ENDPOINT, EXTENSION, SCOPED_ROUTE, VIRTUAL_HOST, SECRET, RUNTIME, NAME_TABLE ->
                    throw new IllegalStateException(resource.type() + " is not patched");
        };
    }

    private static Message apply(Patch patch, Message message)
            throws InvalidProtocolBufferException, UnfitException {
        return switch (message) {
            case Cluster cluster -> ClusterPatches.apply(patch, cluster);
            case Listener listener -> ListenerPatches.apply(patch, listener);
            case RouteConfiguration table -> RoutePatches.apply(patch, table);
            default -> message;
        };
    }
}
