package io.meltemi.pilot.translate;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.type.metadata.v3.MetadataKey;
import io.envoyproxy.envoy.type.metadata.v3.MetadataKind;
import io.envoyproxy.envoy.type.tracing.v3.CustomTag;
import io.meltemi.model.config.Kind;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.service.Service;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Lets generated resources remember where they came from, in Istio's words. Thread-safe:
/// stateless.
public final class ConfigMetadata {
    /// The filter name under which Istio keeps its metadata.
    public static final String FILTER = "istio";

    /// Ours, for what Istio has no place for.
    private static final String OWN_FILTER = "meltemi";

    private static final String DESTINATION = "destination";

    private ConfigMetadata() {}

    /// `/apis/GROUP/v1/namespaces/NAMESPACE/KIND/NAME`, the kind in kebab case.
    public static String path(ResourceKey key) {
        return "/apis/"
                + key.kind().group()
                + "/v1/namespaces/"
                + key.namespace()
                + "/"
                + kebab(key.kind())
                + "/"
                + key.name();
    }

    /// The resource that such a path names; empty when it names none.
    public static Optional<ResourceKey> key(String path) {
        String[] parts = path.split("/", -1);
        if (parts.length != 8 || !parts[1].equals("apis") || !parts[4].equals("namespaces")) {
            return Optional.empty();
        }
        return Arrays.stream(Kind.values())
                .filter(kind -> kebab(kind).equals(parts[6]) && kind.group().equals(parts[2]))
                .findFirst()
                .map(kind -> new ResourceKey(kind, parts[5], parts[7]));
    }

    private static String kebab(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What comes from one resource.
    public static Metadata of(ResourceKey key) {
        return of(Struct.newBuilder().putFields("config", Protos.text(path(key))).build());
    }

    /// What stands for a service, perhaps shaped by a rule.
    public static Metadata of(Service service, Optional<ResourceKey> rule, String subset) {
        Struct named =
                Struct.newBuilder()
                        .putFields("host", Protos.text(service.hostname().value()))
                        .putFields("name", Protos.text(service.name()))
                        .putFields("namespace", Protos.text(service.namespace()))
                        .build();
        Struct.Builder fields = Struct.newBuilder();
        rule.ifPresent(key -> fields.putFields("config", Protos.text(path(key))));
        fields.putFields(
                "services",
                Value.newBuilder()
                        .setListValue(
                                ListValue.newBuilder()
                                        .addValues(Value.newBuilder().setStructValue(named)))
                        .build());
        if (!subset.isEmpty()) {
            fields.putFields("subset", Protos.text(subset));
        }
        return of(fields.build());
    }

    /// What a route came from, and which service it leads to: an access log names no cluster when
    /// the proxy answered by itself, and its reader must still be able to say who was meant.
    public static Metadata route(Optional<ResourceKey> rule, String host) {
        Struct destination = Struct.newBuilder().putFields(DESTINATION, Protos.text(host)).build();
        return rule.map(ConfigMetadata::of).orElse(Metadata.getDefaultInstance()).toBuilder()
                .putFilterMetadata(OWN_FILTER, destination)
                .build();
    }

    /// Lets an access log say what [#route] wrote, under the tag's name.
    public static CustomTag destinationTag(String name) {
        return CustomTag.newBuilder()
                .setTag(name)
                .setMetadata(
                        CustomTag.Metadata.newBuilder()
                                .setKind(
                                        MetadataKind.newBuilder()
                                                .setRoute(MetadataKind.Route.getDefaultInstance()))
                                .setMetadataKey(
                                        MetadataKey.newBuilder()
                                                .setKey(OWN_FILTER)
                                                .addPath(
                                                        MetadataKey.PathSegment.newBuilder()
                                                                .setKey(DESTINATION))))
                .build();
    }

    private static Metadata of(Struct fields) {
        return Metadata.newBuilder().putFilterMetadata(FILTER, fields).build();
    }
}
