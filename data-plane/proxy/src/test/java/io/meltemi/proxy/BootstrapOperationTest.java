package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.meltemi.proxy.admin.Redaction;
import io.meltemi.proxy.config.Extensions;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a bootstrap says about operation and is not followed, and what is not shown of it.
final class BootstrapOperationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "overload_manager: {refresh_interval: 1s}|overload_manager",
                "layered_runtime: {layers: [{name: a, disk_layer: {symlink_root: /x}}]}"
                        + "|layered_runtime.layers[0].disk_layer",
                "layered_runtime: {layers: [{name: a, rtds_layer: {name: b}}]}"
                        + "|layered_runtime.layers[0].rtds_layer.rtds_config",
                "layered_runtime: {layers: [{name: a, rtds_layer: {name: x, rtds_config: {ads:"
                        + " {}}}}, {name: b, rtds_layer: {name: x, rtds_config: {ads: {}}}}]}"
                        + "|layered_runtime.layers[1].rtds_layer.name",
                "layered_runtime: {layers: [{name: a, admin_layer: {}}, {name: b, admin_layer:"
                        + " {}}]}|layered_runtime.layers[1].admin_layer",
                "layered_runtime: {layers: [{name: a, static_layer: {k: [1]}}]}"
                        + "|layered_runtime.layers[0].static_layer.k",
                "dynamic_resources: {cds_config: {path_config_source: {path: /not/there}}}"
                        + "|dynamic_resources.cds_config.path_config_source.path",
                "dynamic_resources: {cds_config: {api_config_source: {api_type: REST,"
                        + " transport_api_version: V3}}}"
                        + "|dynamic_resources.cds_config.api_config_source.api_type",
                "dynamic_resources: {lds_config: {api_config_source: {api_type: GRPC,"
                        + " transport_api_version: V3}}}"
                        + "|dynamic_resources.lds_config.api_config_source.grpc_services",
                "dynamic_resources: {ads_config: {api_type: GRPC,"
                        + " grpc_services: [{envoy_grpc: {cluster_name: up}}]}}"
                        + "|dynamic_resources.ads_config.transport_api_version",
                "dynamic_resources: {ads_config: {api_type: GRPC, transport_api_version: V3,"
                        + " grpc_services: [{envoy_grpc: {cluster_name: nowhere}}]}}"
                        + "|dynamic_resources.ads_config.grpc_services[0].envoy_grpc.cluster_name",
                "dynamic_resources: {lds_config: {ads: {}, resource_api_version: V2}}"
                        + "|dynamic_resources.lds_config.resource_api_version",
                "dynamic_resources: {lds_config: {self: {}}}|dynamic_resources.lds_config.self",
            })
    void refusesWhatItDoesNotFollow(String field, String path) {
        String yaml =
                RunningProxy.yaml(
                                "- {match: {prefix: /}, route: {cluster: up}}",
                                RunningProxy.cluster("up", 1))
                        + "\n"
                        + field
                        + "\n";

        assertThatThrownBy(() -> new RunningProxy(yaml))
                .isInstanceOf(ConfigRefusedException.class)
                .hasMessageContaining(path);
    }

    @Test
    void refusesAStaticRouteToNoCluster() {
        String yaml =
                RunningProxy.yaml(
                        "- {match: {prefix: /}, route: {cluster: nowhere}}",
                        RunningProxy.cluster("up", 1));

        assertThatThrownBy(() -> new RunningProxy(yaml))
                .isInstanceOf(ConfigRefusedException.class)
                .hasMessageContaining("route_config.virtual_hosts[0].routes[0].route.cluster");
    }

    @Test
    void aPrivateKeyIsNotShown() {
        Secret.Builder secret = Secret.newBuilder().setName("own");
        secret.getTlsCertificateBuilder().getCertificateChainBuilder().setInlineString("chain");
        secret.getTlsCertificateBuilder().getPrivateKeyBuilder().setInlineString("the key");

        Any shown = (Any) new Redaction(Extensions.shownRegistry()).clear(Any.pack(secret.build()));

        assertThat(shown.getValue().toStringUtf8())
                .contains("chain", "[redacted]")
                .doesNotContain("the key");
    }
}
