package io.meltemi.testkit.mesh;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.proxy.config.Extensions;
import io.meltemi.xds.snapshot.InlineResources;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.Map;

/// What Pilot makes for one proxy, as a bootstrap for a case: everything stands in one file, and
/// the listener that the case calls is `web`. Thread-safe: stateless.
final class MeshBootstrap {
    /// Ports of endpoints in a case, and what stands there when it is run.
    static final Map<Integer, String> PORTS =
            Map.of(1, "UPSTREAM_PORT", 2, "SHADOW_PORT", 3, "CLOSED_PORT");

    private static final String LOG =
            "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %RESPONSE_CODE% %RESPONSE_FLAGS%"
                    + " %UPSTREAM_CLUSTER_RAW% route=%ROUTE_NAME%\n";

    private MeshBootstrap() {}

    /// The one listener that requests come to, as `web`.
    static String of(XdsSnapshot snapshot, ProxyNode.Type type)
            throws InvalidProtocolBufferException {
        String wanted = type == ProxyNode.Type.ROUTER ? "0.0.0.0_8080" : "http_proxy";
        return of(snapshot, Map.of(wanted, "web"), Map.of());
    }

    /// @param listeners that the case calls, by their names, and what the case calls them
    /// @param sockets listeners that stand behind the proxy's own clusters, by their names: where
    static String of(
            XdsSnapshot snapshot, Map<String, String> listeners, Map<String, String> sockets)
            throws InvalidProtocolBufferException {
        Bootstrap.Builder bootstrap =
                Bootstrap.newBuilder().setNode(Node.newBuilder().setId("test").setCluster("test"));
        for (XdsResource resource : snapshot.of(ResourceType.CLUSTER).values()) {
            bootstrap
                    .getStaticResourcesBuilder()
                    .addClusters(
                            InlineResources.cluster(
                                    Cluster.parseFrom(resource.body().getValue()), snapshot));
        }
        for (Map.Entry<String, String> wanted : listeners.entrySet()) {
            XdsResource listener =
                    InlineResources.required(snapshot, ResourceType.LISTENER, wanted.getKey());
            bootstrap
                    .getStaticResourcesBuilder()
                    .addListeners(
                            inline(
                                    Listener.parseFrom(listener.body().getValue()),
                                    wanted.getValue(),
                                    snapshot));
        }
        for (Map.Entry<String, String> socket : sockets.entrySet()) {
            XdsResource listener =
                    InlineResources.required(snapshot, ResourceType.LISTENER, socket.getKey());
            bootstrap
                    .getStaticResourcesBuilder()
                    .addListeners(
                            InlineResources.listener(
                                            Listener.parseFrom(listener.body().getValue()),
                                            snapshot,
                                            _ -> {})
                                    .toBuilder()
                                    .setAddress(
                                            Address.newBuilder()
                                                    .setPipe(
                                                            Pipe.newBuilder()
                                                                    .setPath(socket.getValue()))));
        }
        bootstrap.getStaticResourcesBuilder().addAllSecrets(InlineResources.secrets(snapshot));
        JsonFormat.Printer printer =
                JsonFormat.printer()
                        .usingTypeRegistry(Extensions.shownRegistry())
                        .omittingInsignificantWhitespace();
        // Fields of their own: more are put beside them when the proxy is started.
        String text =
                "node: %s\nstatic_resources: %s\n"
                        .formatted(
                                printer.print(bootstrap.getNode()),
                                printer.print(bootstrap.getStaticResources()));
        for (Map.Entry<Integer, String> port : PORTS.entrySet()) {
            text =
                    text.replaceAll(
                            "\"portValue\":" + port.getKey() + "\\b",
                            "\"portValue\":\"" + port.getValue() + "\"");
        }
        return text;
    }

    private static Listener inline(Listener listener, String name, XdsSnapshot snapshot)
            throws InvalidProtocolBufferException {
        Listener.Builder out =
                InlineResources.listener(listener, snapshot, manager -> manager.addAccessLog(log()))
                        .toBuilder()
                        .setName(name);
        out.getAddressBuilder().getSocketAddressBuilder().setAddress("127.0.0.1").setPortValue(0);
        return out.build();
    }

    private static AccessLog log() {
        FileAccessLog file =
                FileAccessLog.newBuilder()
                        .setPath("LOG_PATH")
                        .setLogFormat(
                                SubstitutionFormatString.newBuilder()
                                        .setTextFormatSource(
                                                DataSource.newBuilder().setInlineString(LOG)))
                        .build();
        return AccessLog.newBuilder()
                .setName("envoy.access_loggers.file")
                .setTypedConfig(Any.pack(file))
                .build();
    }
}
