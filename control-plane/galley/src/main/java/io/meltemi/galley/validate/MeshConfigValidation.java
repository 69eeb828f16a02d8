package io.meltemi.galley.validate;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.MeshConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The rules of a `MeshConfig`. Immutable.
public final class MeshConfigValidation {
    private static final FieldPath MESH = FieldPath.ROOT.field("data").field("mesh");
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
