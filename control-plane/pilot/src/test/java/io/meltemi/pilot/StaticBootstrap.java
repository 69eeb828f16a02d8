package io.meltemi.pilot;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.xds.snapshot.InlineResources;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.List;

/// Puts a snapshot into a bootstrap, so that Envoy can judge all of it without any server.
/// Thread-safe: stateless.
///
/// Endpoints move into their clusters and routes into their listeners: what is only referred to
/// would not be judged.
final class StaticBootstrap {
    private StaticBootstrap() {}

    /// Endpoints and routes stay references to ADS, so that those are judged as they are sent.
    static Bootstrap withReferences(XdsSnapshot snapshot) throws InvalidProtocolBufferException {
        Bootstrap.Builder bootstrap = ads();
        for (XdsResource resource : snapshot.of(ResourceType.CLUSTER).values()) {
            bootstrap
                    .getStaticResourcesBuilder()
                    .addClusters(Cluster.parseFrom(resource.body().getValue()));
        }
        for (XdsResource resource : snapshot.of(ResourceType.LISTENER).values()) {
            bootstrap
                    .getStaticResourcesBuilder()
                    .addListeners(Listener.parseFrom(resource.body().getValue()));
        }
        return bootstrap.build();
    }

    private static Bootstrap.Builder ads() {
        Bootstrap.Builder bootstrap = empty();
        bootstrap
                .getDynamicResourcesBuilder()
                .getAdsConfigBuilder()
                .setApiType(ApiConfigSource.ApiType.DELTA_GRPC)
                .setTransportApiVersion(ApiVersion.V3)
                .addGrpcServices(Protos.grpc("xds-grpc"));
        return bootstrap;
    }

    private static Bootstrap.Builder empty() {
        Bootstrap.Builder bootstrap =
                Bootstrap.newBuilder().setNode(Node.newBuilder().setId("test").setCluster("test"));
        for (String name : List.of("xds-grpc", "sds-grpc", "mixer")) {
            bootstrap.getStaticResourcesBuilder().addClusters(local(name));
        }
        return bootstrap;
    }

    static Bootstrap of(XdsSnapshot snapshot) throws InvalidProtocolBufferException {
        Bootstrap.Builder bootstrap = ads();
        for (XdsResource resource : snapshot.of(ResourceType.CLUSTER).values()) {
            bootstrap
                    .getStaticResourcesBuilder()
                    .addClusters(
                            InlineResources.cluster(
                                    Cluster.parseFrom(resource.body().getValue()), snapshot));
        }
        for (XdsResource resource : snapshot.of(ResourceType.LISTENER).values()) {
            bootstrap
                    .getStaticResourcesBuilder()
                    .addListeners(
                            InlineResources.listener(
                                    Listener.parseFrom(resource.body().getValue()),
                                    snapshot,
                                    _ -> {}));
        }
        bootstrap.getStaticResourcesBuilder().addAllSecrets(InlineResources.secrets(snapshot));
        return bootstrap.build();
    }

    private static Cluster local(String name) {
        HttpProtocolOptions http2 =
                HttpProtocolOptions.newBuilder()
                        .setExplicitHttpConfig(
                                ExplicitHttpConfig.newBuilder()
                                        .setHttp2ProtocolOptions(
                                                Http2ProtocolOptions.getDefaultInstance()))
                        .build();
        return Cluster.newBuilder()
                .setName(name)
                .setType(DiscoveryType.STATIC)
                .putTypedExtensionProtocolOptions(
                        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions", Any.pack(http2))
                .build();
    }
}
