package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.gatewayapi.GatewayApiObject.AllowedNamespaces;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The namespaces that are written down, with their labels. Immutable.
record KnownNamespaces(Map<String, Map<String, String>> labels) {
    /// Kubernetes: every namespace has it.
    private static final String NAME = "kubernetes.io/metadata.name";

    /// Whether something of a namespace is let in.
    ///
    /// @param own the namespace of whoever lets in
    boolean allow(AllowedNamespaces allowed, String own, String namespace) {
        return switch (allowed) {
            case AllowedNamespaces.All _ -> true;
            case AllowedNamespaces.Same _ -> namespace.equals(own);
            case AllowedNamespaces.None _ -> false;
            case AllowedNamespaces.Selected(LabelSelector selector) ->
                    selector.selects(labels(namespace));
        };
    }

    /// By name.
    Stream<String> selected(LabelSelector selector) {
        return new TreeMap<>(labels).keySet().stream().filter(n -> selector.selects(labels(n)));
    }

    private Map<String, String> labels(String namespace) {
        Map<String, String> all = new HashMap<>(labels.getOrDefault(namespace, Map.of()));
        all.put(NAME, namespace);
        return all;
    }
}
