package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Which kinds exist, which of them are served, and in which versions. Immutable.
final class KnownKinds {
    private static final Map<String, List<String>> VERSIONS =
            Map.of(
                    "", List.of("v1"),
                    "networking.istio.io", List.of("v1", "v1beta1", "v1alpha3"),
                    "security.istio.io", List.of("v1", "v1beta1"),
                    "telemetry.istio.io", List.of("v1", "v1alpha1"),
                    "mixer.meltemi.io", List.of("v1"));

    private static final List<String> OTHER_ISTIO_KINDS =
            List.of("IstioOperator", "MeshConfig", "ProxyConfig", "TrafficExtension", "WasmPlugin");

    /// Of the Gateway API and of Kubernetes, for a mesh to follow.
    private static final List<String> MESH_KINDS =
            List.of(
                    "BackendTLSPolicy",
                    "Gateway",
                    "GatewayClass",
                    "HTTPRoute",
                    "Ingress",
                    "IngressClass",
                    "ReferenceGrant",
                    "UDPRoute",
                    "XBackendTrafficPolicy");

    /// Of Kubernetes, for others.
    private static final List<String> OTHER_KINDS =
            List.of(
                    "APIService",
                    "ClusterRole",
                    "ClusterRoleBinding",
                    "CronJob",
                    "CustomResourceDefinition",
                    "DaemonSet",
                    "Deployment",
                    "EndpointSlice",
                    "Endpoints",
                    "Event",
                    "HorizontalPodAutoscaler",
                    "Job",
                    "Lease",
                    "LimitRange",
                    "List",
                    "MutatingWebhookConfiguration",
                    "Namespace",
                    "NetworkPolicy",
                    "Node",
                    "PersistentVolume",
                    "PersistentVolumeClaim",
                    "Pod",
                    "PodDisruptionBudget",
                    "ReplicaSet",
                    "ReplicationController",
                    "ResourceQuota",
                    "Role",
                    "RoleBinding",
                    "Service",
                    "ServiceAccount",
                    "StatefulSet",
                    "StorageClass",
                    "ValidatingAdmissionPolicy",
                    "ValidatingAdmissionPolicyBinding",
                    "ValidatingWebhookConfiguration");

    private static final List<String> KUBERNETES_GROUPS =
            List.of("", "apps", "autoscaling", "batch", "extensions", "policy");

    private KnownKinds() {}

    /// The kind, if it is served in this version; else the finding says why not.
    static Optional<Kind> find(String apiVersion, String kindName, Findings findings) {
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        Optional<Kind> kind = Kind.of(group, kindName);
        if (kind.isEmpty()) {
            notServed(group, kindName, findings);
            return kind;
        }
        List<String> versions = VERSIONS.getOrDefault(group, List.of());
        if (!versions.contains(apiVersion.substring(slash + 1))) {
            findings.unread(
                    Code.UNKNOWN_KIND,
                    FieldPath.ROOT.field("apiVersion"),
                    "%s is not served in version '%s': use one of %s"
                            .formatted(
                                    kindName,
                                    ObjectReader.shown(apiVersion),
                                    String.join(", ", versions)));
            return Optional.empty();
        }
        return kind;
    }

    private static void notServed(String group, String kindName, Findings findings) {
        FieldPath at = FieldPath.ROOT.field("kind");
        boolean istio = group.equals("istio.io") || group.endsWith(".istio.io");
        boolean kubernetes = KUBERNETES_GROUPS.contains(group) || group.endsWith(".k8s.io");
        if (kubernetes && OTHER_KINDS.contains(kindName)) {
            findings.unread(
                    Code.NOT_FOR_A_MESH,
                    at,
                    "kind %s of %s says nothing to a mesh: left out"
                            .formatted(kindName, group.isEmpty() ? "Kubernetes" : group));
            return;
        }
        if ((istio && OTHER_ISTIO_KINDS.contains(kindName))
                || (kubernetes && MESH_KINDS.contains(kindName))) {
            findings.unread(
                    Code.KIND_NOT_SUPPORTED,
                    at,
                    "kind %s of %s is not supported yet"
                            .formatted(kindName, group.isEmpty() ? "Kubernetes" : group));
            return;
        }
        Optional<Kind> elsewhere =
                Arrays.stream(Kind.values()).filter(k -> k.kindName().equals(kindName)).findFirst();
        String hint =
                elsewhere
                        .map(k ->
                                " (%s belongs to apiVersion %s)".formatted(kindName, apiVersion(k)))
                        .orElseGet(() -> Suggestion.of(kindName, candidates(istio, kubernetes)));
        findings.unread(
                Code.UNKNOWN_KIND,
                at,
                "unknown kind '%s' in group '%s'%s"
                        .formatted(ObjectReader.shown(kindName), ObjectReader.shown(group), hint));
    }

    private static String apiVersion(Kind kind) {
        String newest = VERSIONS.getOrDefault(kind.group(), List.of("v1")).getFirst();
        return kind.group().isEmpty() ? newest : kind.group() + "/" + newest;
    }

    private static List<String> candidates(boolean istio, boolean kubernetes) {
        List<String> names = new ArrayList<>(Stream.of(Kind.values()).map(Kind::kindName).toList());
        if (istio) {
            names.addAll(OTHER_ISTIO_KINDS);
        }
        if (kubernetes) {
            names.addAll(MESH_KINDS);
            names.addAll(OTHER_KINDS);
        }
        return names;
    }
}
