package io.meltemi.server.debug;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.server.status.ConnectedProxy;
import io.meltemi.xds.proto.control.TypeStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The pages under `/debug`, by their paths. Thread-safe.
///
/// The paths and fields are istiod's, as far as there is the same to tell. Of resources only their
/// names are shown: what is in them may be a secret.
public final class DebugPages {
    /// istiod's words for the types that it tells of.
    private static final Map<String, String> TYPES =
            Map.of(
                    "CLUSTER", "cluster",
                    "LISTENER", "listener",
                    "ROUTE", "route",
                    "ENDPOINT", "endpoint",
                    "EXTENSION", "extensionconfig");

    private DebugPages() {}

    /// @param proxies those that are connected
    /// @param mesh what is in force
    public static Map<String, Supplier<String>> of(
            Supplier<List<ConnectedProxy>> proxies, Supplier<MeshSnapshot> mesh) {
        Map<String, Supplier<String>> pages = new LinkedHashMap<>();
        pages.put("/debug/syncz", () -> syncz(proxies.get()));
        pages.put("/debug/adsz", () -> adsz(proxies.get()));
        pages.put("/debug/configz", () -> configz(mesh.get()));
        pages.put("/debug/endpointz", () -> EndpointPage.of(mesh.get()));
        List<String> paths = List.copyOf(pages.keySet());
        pages.put("/debug/list", () -> list(paths));
        return pages;
    }

    /// Who was sent which version, and who has taken it.
    static String syncz(List<ConnectedProxy> proxies) {
        ListValue.Builder all = ListValue.newBuilder();
        for (ConnectedProxy proxy : proxies) {
            Struct.Builder one = Struct.newBuilder();
            Json.put(one, "proxy", proxy.name());
            Json.put(one, "proxy_type", proxy.type());
            Json.put(one, "istio_version", metadata(proxy, "ISTIO_VERSION"));
            TYPES.forEach((type, word) -> {
                TypeStatus status = proxy.status().getTypesMap().get(type);
                if (status != null) {
                    Json.put(one, word + "_sent", status.getSentVersion());
                    Json.put(one, word + "_acked", status.getAcknowledgedVersion());
                }
            });
            Struct.Builder refused = Struct.newBuilder();
            proxy.status()
                    .getTypesMap()
                    .forEach((type, status) -> Json.put(refused, type, status.getRefusal()));
            if (refused.getFieldsCount() > 0) {
                one.putFields("refused", Json.object(refused));
            }
            all.addValues(Json.object(one));
        }
        return Json.print(all);
    }

    private static String metadata(ConnectedProxy proxy, String key) {
        return proxy.node()
                .getMetadata()
                .getFieldsOrDefault(key, Value.getDefaultInstance())
                .getStringValue();
    }

    /// Who is connected, since when, and as what.
    static String adsz(List<ConnectedProxy> proxies) {
        ListValue.Builder clients = ListValue.newBuilder();
        for (ConnectedProxy proxy : proxies) {
            Struct.Builder one = Struct.newBuilder();
            Json.put(one, "connectionId", proxy.node().getId() + "-" + proxy.stream());
            Json.put(one, "connectedAt", proxy.since().toString());
            Json.put(one, "address", proxy.address());
            Json.put(one, "identity", proxy.status().getIdentity());
            one.putFields("metadata", Json.object(proxy.node().getMetadata().toBuilder()));
            clients.addValues(Json.object(one));
        }
        return Json.print(
                Struct.newBuilder()
                        .putFields(
                                "totalClients",
                                Value.newBuilder().setNumberValue(proxies.size()).build())
                        .putFields("clients", Json.list(clients)));
    }

    /// Which resources are in force, and where each was written.
    static String configz(MeshSnapshot mesh) {
        ListValue.Builder all = ListValue.newBuilder();
        for (Map.Entry<ResourceKey, Sourced<ConfigResource>> entry :
                mesh.config().resources().entrySet()) {
            ResourceKey key = entry.getKey();
            Struct.Builder metadata = Struct.newBuilder();
            Json.put(metadata, "name", key.name());
            Json.put(metadata, "namespace", key.namespace());
            Struct.Builder one = Struct.newBuilder();
            Json.put(one, "group", key.kind().group());
            Json.put(one, "kind", key.kind().kindName());
            Json.put(one, "source", entry.getValue().at().toString());
            one.putFields("metadata", Json.object(metadata));
            all.addValues(Json.object(one));
        }
        return Json.print(all);
    }

    private static String list(List<String> paths) {
        ListValue.Builder all = ListValue.newBuilder();
        paths.forEach(path -> all.addValues(Value.newBuilder().setStringValue(path)));
        return Json.print(all);
    }
}
