package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.fixtures.parity.Parity;
import io.meltemi.proxy.config.BootstrapReader;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import org.junit.jupiter.api.Test;

/// A tunnel by POST is one of HTTP/2: Envoy 1.40 takes one of HTTP/1, and crashes with its first
/// connection.
final class TunnelByPostTest {
    private static final String HTTP2 = "http2_protocol_options: {}, ";

    @Test
    @Parity("tcp_proxy.tunneling_config.use_post")
    void isRefusedOverHttp1() throws ConfigRefusedException {
        assertThatThrownBy(() -> validate("use_post: true", ""))
                .isInstanceOf(ConfigRefusedException.class)
                .hasMessageContaining(
                        "static_resources.listeners[0].filter_chains[0].filters[0]"
                                + ".typed_config.tunneling_config.use_post")
                .hasMessageContaining("cluster 'up'");
        assertThat(validate("use_post: false", "")).isTrue();
        assertThat(validate("use_post: true", HTTP2)).isTrue();
    }

    /// True, or what it is refused for is thrown.
    private static boolean validate(String tunnel, String options) throws ConfigRefusedException {
        Proxy.validate(
                new BootstrapReader()
                        .tree(
                                """
                                static_resources:
                                  clusters:
                                  - {name: up, type: STATIC, OPTIONSload_assignment: {cluster_name: up}}
                                  listeners:
                                  - name: tunnel
                                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                                    filter_chains:
                                    - filters:
                                      - name: tcp
                                        typed_config:
                                          "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                                          stat_prefix: tcp
                                          cluster: up
                                          tunneling_config: {hostname: "a.test:1", TUNNEL}
                                """
                                        .replace("OPTIONS", options)
                                        .replace("TUNNEL", tunnel),
                                "bootstrap.yaml"));
        return true;
    }
}
