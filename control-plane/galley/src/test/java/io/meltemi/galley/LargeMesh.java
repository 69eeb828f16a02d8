package io.meltemi.galley;

import io.meltemi.galley.source.ClusterObject;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.DocumentSet.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Services of Kubernetes, each with routes, rules and policies: five resources each. Immutable.
final class LargeMesh {
    private final List<List<Text>> texts = new ArrayList<>();
    private final List<List<ClusterObject>> objects = new ArrayList<>();

    /// How the same resources reach Galley.
    enum Form {
        TEXTS,
        OBJECTS
    }

    LargeMesh(int services) {
        for (int i = 0; i < services; i++) {
            texts.add(texts(i, 0));
            objects.add(objects(i, 0));
        }
    }

    /// All of it.
    ///
    /// @param timeoutSeconds of the first service's first route; 0: none
    DocumentSet documents(Form form, int timeoutSeconds) {
        return switch (form) {
            case TEXTS -> new DocumentSet(with(texts, texts(0, timeoutSeconds)), List.of());
            case OBJECTS ->
                    new DocumentSet(
                            List.of(), with(objects, objects(0, timeoutSeconds)), List.of());
        };
    }

    private static <T> List<T> with(List<List<T>> all, List<T> first) {
        List<T> flat = new ArrayList<>(first);
        all.stream().skip(1).forEach(flat::addAll);
        return flat;
    }

    /// A file each, as tools that render them do.
    private static List<Text> texts(int service, int timeoutSeconds) {
        List<Text> files = new ArrayList<>();
        for (String document : yaml(service, timeoutSeconds).split("---\n", -1)) {
            files.add(new Text("s" + service + "-" + files.size() + ".yaml", document));
        }
        return files;
    }

    private static List<ClusterObject> objects(int service, int timeoutSeconds) {
        List<ClusterObject> objects = new ArrayList<>();
        LoadSettings settings = LoadSettings.builder().build();
        for (Object document :
                new Load(settings).loadAllFromString(yaml(service, timeoutSeconds))) {
            @SuppressWarnings("unchecked")
            Map<String, Object> fields = (Map<String, Object>) document;
            objects.add(
                    new ClusterObject(
                            String.valueOf(fields.get("apiVersion")),
                            String.valueOf(fields.get("kind")),
                            "n" + service % 20,
                            "s" + service,
                            Integer.toString(timeoutSeconds),
                            fields));
        }
        return objects;
    }

    private static String yaml(int service, int timeoutSeconds) {
        return """
        apiVersion: v1
        kind: Service
        metadata: {name: s%1$d, namespace: n%2$d}
        spec:
          clusterIP: 10.0.0.1
          ports: [{name: http, port: 80}]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: s%1$d, namespace: n%2$d}
        spec:
          hosts: [s%1$d.n%2$d.svc.cluster.local]
          http:
          - match: [{uri: {prefix: /v2}}, {headers: {x-canary: {exact: "yes"}}}]
            route: [{destination: {host: s%1$d, subset: v2}}]
            %3$s
          - route:
            - {destination: {host: s%1$d, subset: v1}, weight: 90}
            - {destination: {host: s%1$d, subset: v2}, weight: 10}
            retries: {attempts: 3, perTryTimeout: 2s}
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: s%1$d, namespace: n%2$d}
        spec:
          host: s%1$d
          trafficPolicy: {connectionPool: {http: {http2MaxRequests: 100}}}
          subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: s%1$d, namespace: n%2$d}
        spec:
          selector: {matchLabels: {app: s%1$d}}
          rules: [{from: [{source: {namespaces: [n%2$d]}}], to: [{operation: {methods: [GET]}}]}]
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: s%1$d, namespace: n%2$d, labels: {app: s%1$d}}
        spec: {address: 10.1.2.3, labels: {app: s%1$d}}
        """
                .formatted(
                        service,
                        service % 20,
                        timeoutSeconds == 0 ? "" : "timeout: " + timeoutSeconds + "s");
    }
}
