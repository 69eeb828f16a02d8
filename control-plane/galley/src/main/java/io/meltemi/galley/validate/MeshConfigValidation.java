package io.meltemi.galley.validate;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.HttpRoute.HttpRetry;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.MeshConfig.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The rules of a `MeshConfig`. Immutable.
public final class MeshConfigValidation {
    private static final FieldPath MESH = FieldPath.ROOT.field("data").field("mesh");
    private static final List<String> STAT_NAME_PLACES =
            List.of(
                    "SERVICE",
                    "SERVICE_NAME",
                    "SERVICE_FQDN",
                    "SERVICE_PORT",
                    "SERVICE_PORT_NAME",
                    "TARGET_PORT",
                    "SUBSET_NAME");
    private static final Duration LONGEST_CONNECT = Duration.ofHours(1);

    private MeshConfigValidation() {}

    /// What can be said of it without knowing the mesh.
    public static void validate(MeshConfig mesh, Findings findings) {
        mesh.rootNamespace()
                .filter(namespace -> !NameRules.isDnsLabel(namespace))
                .ifPresent(namespace ->
                        findings.judge(
                                Code.SCHEMA,
                                MESH.field("rootNamespace"),
                                "'%s' is no namespace: lower-case letters, digits and '-' only"
                                        .formatted(namespace)));
        connections(mesh, findings);
        mesh.defaultRetries()
                .ifPresent(retries ->
                        HttpRetryValidation.validate(
                                retries, MESH.field("defaultHttpRetryPolicy"), findings));
        mesh.inboundRetries()
                .ifPresent(retries ->
                        inboundRetries(
                                retries, MESH.field("defaultInboundHttpRetryPolicy"), findings));
        traffic(mesh.upstream(), findings);
        statName(mesh.statNames().outbound(), "outboundClusterStatName", findings);
        statName(mesh.statNames().inbound(), "inboundClusterStatName", findings);
        mesh.tracing()
                .samplingPercent()
                .ifPresent(percent ->
                        QuantityRules.percentage(
                                percent,
                                MESH.field("defaultConfig").field("tracing").field("sampling"),
                                findings));
        ExtensionProviderValidation.validate(
                mesh.extensionProviders(), MESH.field("extensionProviders"), findings);
        exportTo(
                mesh.visibility().services().stream().filter(n -> !n.equals("~")).toList(),
                "defaultServiceExportTo",
                findings);
        exportTo(mesh.visibility().virtualServices(), "defaultVirtualServiceExportTo", findings);
    }

    /// @param served the trust domain that the mesh's certificates are of
    public static void trustDomain(
            Optional<String> written, TrustDomain served, Findings findings) {
        written.filter(domain -> !domain.equals(served.name()))
                .ifPresent(domain ->
                        findings.judge(
                                Code.NOT_SUPPORTED,
                                MESH.field("trustDomain"),
                                "trustDomain '%s' is not that of the mesh's certificates, which is '%s' as long as this control plane runs: write that or leave it out"
                                        .formatted(domain, served)));
    }

    private static void exportTo(List<String> namespaces, String name, Findings findings) {
        // A mesh is in no namespace: a dot stands for that of each resource.
        NameRules.exportTo(namespaces, ".", MESH.field(name), findings);
    }

    private static void traffic(Upstream upstream, Findings findings) {
        FieldPath policy = MESH.field("defaultTrafficPolicy");
        upstream.pool()
                .ifPresent(pool ->
                        ConnectionPoolValidation.validate(
                                pool, policy.field("connectionPool"), findings));
        upstream.outlierDetection()
                .ifPresent(outlier ->
                        TrafficPolicyValidation.outlier(
                                outlier, policy.field("outlierDetection"), findings));
        upstream.locality()
                .ifPresent(locality ->
                        LocalityLbValidation.places(
                                locality, MESH.field("localityLbSetting"), findings));
    }

    /// Istio: it is about one application, and nothing is to be chosen there.
    private static void inboundRetries(HttpRetry retries, FieldPath path, Findings findings) {
        HttpRetryValidation.validate(retries, path, findings);
        if (retries.attempts() == 0 && retries.backoff().isPresent()) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("backoff"),
                    "backoff has nothing to wait for: attempts is 0");
        }
        if (retries.perTryTimeout().isPresent()) {
            withoutEffect("perTryTimeout", path, findings);
        }
        if (retries.retryRemoteLocalities().isPresent()) {
            withoutEffect("retryRemoteLocalities", path, findings);
        }
        if (retries.retryIgnorePreviousHosts().isPresent()) {
            withoutEffect("retryIgnorePreviousHosts", path, findings);
        }
    }

    private static void withoutEffect(String field, FieldPath path, Findings findings) {
        findings.judge(
                Code.WITHOUT_EFFECT,
                path.field(field),
                field + " has no effect between a sidecar and its application");
    }

    private static void statName(String pattern, String field, Findings findings) {
        List<String> parts = List.of(pattern.split("%", -1));
        for (int i = 1; i < parts.size(); i += 2) {
            if (!STAT_NAME_PLACES.contains(parts.get(i))) {
                findings.judge(
                        Code.WITHOUT_EFFECT,
                        MESH.field(field),
                        "%%%s%% stands for nothing and stays as it is: there are %s"
                                .formatted(parts.get(i), STAT_NAME_PLACES));
            }
        }
    }

    private static void connections(MeshConfig mesh, Findings findings) {
        FieldPath timeout = MESH.field("connectTimeout");
        QuantityRules.duration(mesh.upstream().connectTimeout(), timeout, findings);
        mesh.upstream()
                .connectTimeout()
                .filter(d -> d.compareTo(LONGEST_CONNECT) > 0)
                .ifPresent(
                        _ -> findings.judge(Code.SCHEMA, timeout, "connectTimeout is at most 1h"));
        mesh.upstream()
                .keepalive()
                .ifPresent(k ->
                        ConnectionPoolValidation.keepalive(
                                k, MESH.field("tcpKeepalive"), findings));
    }
}
