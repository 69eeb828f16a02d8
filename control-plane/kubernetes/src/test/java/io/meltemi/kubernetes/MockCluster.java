package io.meltemi.kubernetes;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceBuilder;
import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/// An API server that keeps what is written to it, with the kinds a test installs. Confined to one
/// test.
final class MockCluster implements AutoCloseable {
    private final KubernetesMockServer server;
    private final KubernetesClient writer;

    MockCluster() {
        Map<ServerRequest, Queue<ServerResponse>> answers = new HashMap<>();
        server =
                new KubernetesMockServer(
                        new Context(),
                        new MockWebServer(),
                        answers,
                        new KubernetesMixedDispatcher(answers),
                        false);
        server.init();
        writer = server.createClient(new JdkHttpClientFactory());
        install(
                "v1",
                namespaced("Service", "services"),
                namespaced("Pod", "pods"),
                namespaced("Secret", "secrets"),
                namespaced("ConfigMap", "configmaps"),
                cluster("Node", "nodes"),
                cluster("Namespace", "namespaces"));
        install("discovery.k8s.io/v1", namespaced("EndpointSlice", "endpointslices"));
    }

    KubernetesMockServer server() {
        return server;
    }

    static APIResource namespaced(String kind, String plural) {
        return resource(kind, plural, true);
    }

    static APIResource cluster(String kind, String plural) {
        return resource(kind, plural, false);
    }

    private static APIResource resource(String kind, String plural, boolean namespaced) {
        return new APIResourceBuilder()
                .withKind(kind)
                .withName(plural)
                .withNamespaced(namespaced)
                .withVerbs("list", "watch")
                .build();
    }

    /// Istio's networking kinds that tests use.
    void installIstio(String... versions) {
        for (String version : versions) {
            install(
                    "networking.istio.io/" + version,
                    namespaced("VirtualService", "virtualservices"),
                    namespaced("DestinationRule", "destinationrules"),
                    namespaced("ServiceEntry", "serviceentries"));
        }
    }

    /// From now on the kinds are served.
    void install(String apiVersion, APIResource... kinds) {
        String path = apiVersion.contains("/") ? "/apis/" : "/api/";
        server.expect()
                .get()
                .withPath(path + apiVersion)
                .andReturn(
                        200,
                        new APIResourceListBuilder()
                                .withGroupVersion(apiVersion)
                                .withResources(kinds)
                                .build())
                .always();
        int slash = apiVersion.indexOf('/');
        for (APIResource kind : kinds) {
            server.expectCustomResource(
                    new CustomResourceDefinitionContext.Builder()
                            .withGroup(slash < 0 ? "" : apiVersion.substring(0, slash))
                            .withVersion(apiVersion.substring(slash + 1))
                            .withKind(kind.getKind())
                            .withPlural(kind.getName())
                            .withScope(kind.getNamespaced() ? "Namespaced" : "Cluster")
                            .build());
        }
    }

    /// Creates or replaces one object.
    void apply(String yaml) {
        GenericKubernetesResource resource =
                Serialization.unmarshal(yaml, GenericKubernetesResource.class);
        var at = writer.genericKubernetesResources(resource.getApiVersion(), resource.getKind());
        String namespace = resource.getMetadata().getNamespace();
        var one =
                namespace == null
                        ? at.resource(resource)
                        : at.inNamespace(namespace).resource(resource);
        if (one.get() == null) {
            one.create();
        } else {
            one.update();
        }
    }

    void delete(String apiVersion, String kind, String namespace, String name) {
        writer.genericKubernetesResources(apiVersion, kind)
                .inNamespace(namespace)
                .withName(name)
                .delete();
    }

    /// As the cluster's own controller does it: first what stands in the namespace.
    void deleteNamespace(String name) {
        var services =
                writer.genericKubernetesResources("networking.istio.io/v1", "VirtualService")
                        .inNamespace(name);
        services.list().getItems().forEach(item -> services.resource(item).delete());
        writer.namespaces().withName(name).delete();
    }

    /// How a client finds it.
    Path kubeconfig(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("kubeconfig"),
                """
                apiVersion: v1
                kind: Config
                current-context: mock
                contexts: [{name: mock, context: {cluster: mock, user: nobody}}]
                clusters: [{name: mock, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: nobody, user: {}}]
                """
                        .formatted(server.getPort()));
    }

    static String virtualService(String name, String host, String timeout) {
        return """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: %s, namespace: shop}
        spec:
          hosts: [%s]
          http: [{route: [{destination: {host: %s}}], timeout: %s}]
        """
                .formatted(name, host, host, timeout);
    }

    @Override
    public void close() {
        writer.close();
        server.destroy();
    }
}
