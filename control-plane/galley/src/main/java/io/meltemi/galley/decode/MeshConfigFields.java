package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.diagnostic.Severity;
import java.util.Map;
import java.util.TreeMap;

/// The fields of `MeshConfig` that are not followed (`istio.mesh.v1alpha1`, July 2026): a mesh
/// without some of them would be another mesh, and they are refused; the others change nothing
/// here, and it is said why. Immutable.
final class MeshConfigFields {
    private static final String AT_START = "a proxy is told this where it is started";
    private static final String NO_INGRESS = "Ingress resources are not read";

    private static final Map<String, String> WITHOUT_EFFECT =
            Map.of(
                    "disableEnvoyListenerLog",
                    "only requests and connections that were served are logged",
                    "enablePrometheusMerge",
                    "a sidecar serves its own metrics, the application its own",
                    "hboneIdleTimeout",
                    "there are no tunnels",
                    "inboundTrafficPolicy",
                    "a sidecar calls its application at 127.0.0.1",
                    "ingressClass",
                    NO_INGRESS,
                    "ingressControllerMode",
                    NO_INGRESS,
                    "ingressSelector",
                    NO_INGRESS,
                    "ingressService",
                    NO_INGRESS,
                    "proxyHttpPort",
                    "where nothing is redirected the sidecar's port is told to the application",
                    "verifyCertificateAtClient",
                    "a certificate is always verified");

    private static final String[] NOT_YET = {
        "ca",
        "certificates",
        "configSources",
        "discoverySelectors",
        "dnsRefreshRate",
        "enableEnvoyAccessLogService",
        "meshMTLS",
        "serviceEntryVisibility",
        "serviceScopeConfigs",
        "serviceSettings",
        "tlsDefaults",
        "zoneAwareLbSetting"
    };

    private static final String[] TOLD_AT_START = {
        "availabilityZone",
        "binaryPath",
        "concurrency",
        "configPath",
        "controlPlaneAuthPolicy",
        "customConfigFile",
        "discoveryAddress",
        "discoveryRefreshDelay",
        "drainDuration",
        "holdApplicationUntilProxyStarts",
        "image",
        "proxyAdminPort",
        "proxyBootstrapTemplatePath",
        "serviceCluster",
        "statNameLength",
        "statusPort",
        "terminationDrainDuration"
    };

    private static final String[] OF_PROXY_NOT_YET = {
        "caCertificatesPem",
        "connectionSettings",
        "envoyAccessLogService",
        "envoyMetricsService",
        "envoyMetricsServiceAddress",
        "extraStatTags",
        "fileFlushInterval",
        "fileFlushMinSizeKb",
        "gatewayTopology",
        "interceptionMode",
        "meshId",
        "privateKeyProvider",
        "proxyHeaders",
        "proxyMetadata",
        "proxyStatsMatcher",
        "readinessProbe",
        "runtimeValues",
        "sds",
        "statsCompression",
        "statsdUdpAddress",
        "tracingServiceName",
        "zipkinAddress"
    };

    private static final String[] OF_TRACING_NOT_YET = {
        "customTags",
        "datadog",
        "disableContextPropagation",
        "enableIstioTags",
        "lightstep",
        "maxPathTagLength",
        "openCensusAgent",
        "stackdriver",
        "tlsSettings",
        "zipkin"
    };

    private MeshConfigFields() {}

    static void ofMesh(ObjectReader mesh) {
        mesh.notYet(NOT_YET);
        new TreeMap<>(WITHOUT_EFFECT).forEach((name, why) -> withoutEffect(mesh, name, why));
    }

    /// Below `defaultConfig`.
    static void ofProxy(ObjectReader proxy) {
        proxy.notYet(OF_PROXY_NOT_YET);
        for (String name : TOLD_AT_START) {
            withoutEffect(proxy, name, AT_START);
        }
    }

    /// Below `defaultConfig.tracing`.
    static void ofTracing(ObjectReader tracing) {
        tracing.notYet(OF_TRACING_NOT_YET);
    }

    private static void withoutEffect(ObjectReader reader, String name, String why) {
        reader.ignore(name);
        if (reader.has(name)) {
            reader.findings()
                    .judge(
                            Code.WITHOUT_EFFECT,
                            Severity.INFO,
                            reader.path().field(name),
                            "%s has no effect here: %s".formatted(name, why));
        }
    }
}
