package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.model.config.AccessLogFile;
import io.meltemi.model.config.AccessLogFile.Format;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.OutboundPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The ConfigMap `istio`, in which what holds for the whole mesh stands as a text.
final class MeshConfigTest {
    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: istio
              namespace: istio-system
            data:
              mesh: |-
            """;

    @Test
    void istiosOwnDefaultsAreTaken() {
        Checked checked =
                Documents.check(
                        MAP
                                + """
                                    accessLogFile: /dev/stdout
                                    defaultConfig:
                                      discoveryAddress: istiod.istio-system.svc:15012
                                    defaultProviders:
                                      metrics:
                                      - prometheus
                                    enablePrometheusMerge: true
                                    rootNamespace: istio-system
                                    trustDomain: cluster.local
                                  meshNetworks: 'networks: {}'
                                """);

        assertThat(checked.diagnostics())
                .extracting(Object::toString)
                .containsExactly(
                        "test.yaml:10:25: info MEL0011: discoveryAddress has no effect here: a proxy is told this where it is started",
                        "test.yaml:14:28: info MEL0011: enablePrometheusMerge has no effect here: a sidecar serves its own metrics, the application its own");
        assertThat(checked.mesh().accessLog())
                .hasValue(new AccessLogFile("/dev/stdout", new Format.Text(Optional.empty())));
        assertThat(checked.mesh().rootNamespace()).hasValue("istio-system");
    }

    @Test
    void whatIsWrittenIsRead() {
        MeshConfig mesh =
                Documents.check(
                                MAP
                                        + """
                                            outboundTrafficPolicy: {mode: REGISTRY_ONLY}
                                            accessLogFile: /dev/stderr
                                            accessLogEncoding: JSON
                                            accessLogFormat: '{"path": "%REQ(:PATH)%"}'
                                            enableAutoMtls: false
                                            connectTimeout: 3s
                                            defaultServiceExportTo: ["."]
                                        """)
                        .mesh();

        assertThat(mesh.outboundPolicy()).hasValue(OutboundPolicy.REGISTRY_ONLY);
        assertThat(mesh.accessLog())
                .hasValue(
                        new AccessLogFile(
                                "/dev/stderr",
                                new Format.Json(new TreeMap<>(Map.of("path", "%REQ(:PATH)%")))));
        assertThat(mesh.autoMtls()).isFalse();
        assertThat(mesh.upstream().connectTimeout()).hasValue(Duration.ofSeconds(3));
        assertThat(mesh.visibility().services()).isEqualTo(List.of("."));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "conectTimeout: 3s | test.yaml:8:20: error MEL0006: unknown field 'conectTimeout' in data.mesh (did you mean 'connectTimeout'?)",
                "connectTimeout: 2h | test.yaml:8:21: error IST0106: connectTimeout is at most 1h",
                "connectTimeout: 1us | test.yaml:8:21: error IST0106: duration must be at least 1ms",
                "'defaultTrafficPolicy: {connectionPool: {}}' | test.yaml:8:28: error IST0106: connection pool must have at least one field: tcp or http",
                "'defaultTrafficPolicy: {outlierDetection: {interval: 1us}}' | test.yaml:8:57: error IST0106: duration must be at least 1ms",
                "'localityLbSetting: {distribute: [{from: a, to: {b: 99}}]}' | test.yaml:8:48: error IST0106: shares must be 100 together, are 99",
                "'defaultInboundHttpRetryPolicy: {attempts: 1, perTryTimeout: 1s}' | test.yaml:8:65: warning MEL0011: perTryTimeout has no effect between a sidecar and its application",
                "'defaultInboundHttpRetryPolicy: {attempts: 0, backoff: 1s}' | test.yaml:8:59: error IST0106: backoff has nothing to wait for: attempts is 0",
                "'outboundClusterStatName: \"%HOST%\"' | test.yaml:8:30: warning MEL0011: %HOST% stands for nothing and stays as it is: there are [SERVICE, SERVICE_NAME, SERVICE_FQDN, SERVICE_PORT, SERVICE_PORT_NAME, TARGET_PORT, SUBSET_NAME]",
                "'pathNormalization: {normalization: ALL}' | test.yaml:8:40: error MEL0008: unknown normalization 'ALL': expected one of NONE, BASE, MERGE_SLASHES, DECODE_AND_MERGE_SLASHES",
                "trustDomain: example.com | test.yaml:8:18: error MEL0007: trustDomain 'example.com' is not that of the mesh's certificates, which is 'cluster.local' as long as this control plane runs: write that or leave it out",
                "trustDomainAliases: [Old] | test.yaml:8:26: error IST0106: trust domain 'Old' contains 'O': only a-z, 0-9, '.', '-', '_'",
                "'caCertificates: [{trustDomains: [a.b], spiffeBundleUrl: https://a.b}]' | test.yaml:8:61: error MEL0007: field data.mesh.caCertificates[0].spiffeBundleUrl is not supported yet",
                "'caCertificates: [{trustDomains: [a.b]}]' | test.yaml:8:22: error MEL0009: data.mesh.caCertificates[0].pem is required",
                "'caCertificates: [{pem: nonsense}]' | test.yaml:8:28: error IST0106: pem contains no certificate in PEM",
                "'caCertificates: [{pem: \"-----BEGIN PRIVATE KEY-----\"}]' | test.yaml:8:28: error IST0106: pem holds a private key: only certificates belong there",
                "rootNamespace: A_b | test.yaml:8:20: error IST0106: 'A_b' is no namespace: lower-case letters, digits and '-' only",
                "'defaultHttpRetryPolicy: {attempts: 3, retryOn: never}' | test.yaml:8:52: error IST0106: 'never' is not a valid retryOn policy",
                "'defaultConfig: {tracing: {sampling: 101}}' | test.yaml:8:41: error IST0106: percentage 101.0 must be in the range 0..100",
                "'defaultVirtualServiceExportTo: [\"*\", a]' | test.yaml:8:5: error IST0106: '*' means all namespaces: nothing can stand beside it",
                "'{accessLogEncoding: JSON, accessLogFormat: \"%PATH%\"}' | test.yaml:8:48: error MEL0008: accessLogFormat of a JSON log has to be a JSON object of texts, such as {\"path\": \"%REQ(:PATH)%\"}: Unexpected character ('%' (code 37)): expected a valid value (JSON String, Numbe...",
                "'a: [' | test.yaml:7:9: error MEL0001: line 1 of data.mesh: not valid YAML: expected the node content, but found '<stream end>'",
            })
    void whatIsWrongIsSaidWithItsPlace(String mesh, String finding) {
        assertThat(Documents.lines(MAP + "    " + mesh + "\n")).containsExactly(finding);
    }

    @Test
    void itIsReadInTheRootNamespaceOnlyAndOnce() {
        String elsewhere = MAP.replace("istio-system", "shop") + "    connectTimeout: 3s\n";
        String here = MAP + "    connectTimeout: 4s\n";
        Checked checked =
                Documents.check(String.join("---\n", elsewhere, here, here.replace("4s", "5s")));

        assertThat(checked.mesh().upstream().connectTimeout()).hasValue(Duration.ofSeconds(4));
        assertThat(checked.diagnostics())
                .extracting(Object::toString)
                .containsExactly(
                        "test.yaml:5:14: warning MEL0011: the ConfigMap istio is read in namespace istio-system only, not in shop",
                        "test.yaml:22:9: error MEL0010: the ConfigMap istio is written twice: here and at test.yaml:13:9");
    }

    @Test
    void severalNetworksAreRefused() {
        assertThat(
                        Documents.lines(
                                MAP
                                        + "    {}\n  meshNetworks: |-\n    networks:\n      n1: {gateways: []}\n"))
                .containsExactly(
                        "test.yaml:10:5: error MEL0007: a mesh of several networks is not supported yet");
    }
}
