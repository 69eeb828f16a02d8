package io.meltemi.proxy.observe;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The workload on the other side of a request, as it tells of itself by Istio's exchange of
/// metadata. Immutable. Absent facts are empty.
///
/// Nothing of it is proven: it is for telemetry alone.
///
/// @param instance the pod's name
/// @param canonicalName Istio's canonical service
/// @param type `deployment`, `pod`, `job` or `cronjob`
/// @param identity its SPIFFE ID
/// @param labels those that were asked for beside the usual ones
public record PeerMetadata(
        String instance,
        String cluster,
        String namespace,
        String workload,
        String canonicalName,
        String canonicalRevision,
        String app,
        String version,
        String type,
        String identity,
        String region,
        String zone,
        SortedMap<String, String> labels) {
    /// The names that [#field(String)] knows.
    public static final Set<String> FIELDS =
            Set.of(
                    "type",
                    "workload",
                    "name",
                    "cluster",
                    "namespace",
                    "service",
                    "revision",
                    "app",
                    "version",
                    "region",
                    "availability_zone");

    public PeerMetadata {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /// A fact by Istio's name for it, maybe empty; null when there is no such name.
    public @Nullable String field(String name) {
        return switch (name) {
            case "type" -> type.isEmpty() ? "unknown" : type;
            case "workload" -> workload;
            case "name" -> instance;
            case "cluster" -> cluster;
            case "namespace" -> namespace;
            case "service" -> canonicalName;
            case "revision" -> canonicalRevision;
            case "app" -> app;
            case "version" -> version;
            case "region" -> region;
            case "availability_zone" -> zone;
            default -> null;
        };
    }

    /// Everything that is known as a tree of dynamic metadata, by Istio's names. Istio: the
    /// instance is told only beside a cluster.
    public Map<String, Object> tree() {
        Map<String, Object> tree = new TreeMap<>();
        put(tree, "type", type);
        put(tree, "workload", workload);
        if (!cluster.isEmpty()) {
            tree.put("name", instance);
            tree.put("cluster", cluster);
        }
        put(tree, "namespace", namespace);
        put(tree, "service", canonicalName);
        put(tree, "revision", canonicalRevision);
        put(tree, "app", app);
        put(tree, "version", version);
        put(tree, "identity", identity);
        put(tree, "region", region);
        put(tree, "availability_zone", zone);
        if (!labels.isEmpty()) {
            tree.put("labels", labels);
        }
        return tree;
    }

    private static void put(Map<String, Object> tree, String name, String value) {
        if (!value.isEmpty()) {
            tree.put(name, value);
        }
    }

    /// In one line: `type=deployment,workload=cart-v1,...`, in Istio's order.
    public String text() {
        StringJoiner text = new StringJoiner(",");
        add(text, "type", type);
        add(text, "workload", workload);
        add(text, "name", instance);
        add(text, "cluster", cluster);
        add(text, "namespace", namespace);
        add(text, "service", canonicalName);
        add(text, "revision", canonicalRevision);
        add(text, "app", app);
        add(text, "version", version);
        add(text, "region", region);
        add(text, "availability_zone", zone);
        labels.forEach((name, value) -> text.add("labels[]" + name + "=" + value));
        return text.toString();
    }

    private static void add(StringJoiner text, String name, String value) {
        if (!value.isEmpty()) {
            text.add(name + "=" + value);
        }
    }
}
