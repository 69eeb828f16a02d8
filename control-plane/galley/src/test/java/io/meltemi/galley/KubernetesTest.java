package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.snapshot.ServiceSnapshot.Entry;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What documents of Kubernetes say to a mesh.
final class KubernetesTest {
    private static final String SERVICE =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: product, namespace: shop}
            spec:
              clusterIP: 10.96.0.7
              selector: {app: product}
              ports:
              - {name: http-web, port: 80, targetPort: web}
              - {name: db, port: 5432, appProtocol: mysql}
              - {name: dns, port: 53, protocol: UDP}
              sessionAffinity: None
            ---
            """;

    private static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: product-1, namespace: shop, labels: {app: product, version: v2, security.istio.io/tlsMode: istio}}
            spec:
              serviceAccountName: seller
              nodeName: n1
              containers:
              - {name: app, image: x, ports: [{name: web, containerPort: 8080}]}
            status:
              podIP: 10.1.0.5
              conditions: [{type: Ready, status: "True"}]
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: n1, labels: {topology.kubernetes.io/region: eu, topology.kubernetes.io/zone: a}}
            ---
            """;

    @Test
    void aServiceStandsWithThePodsItSelects() {
        Entry product = entry(SERVICE + POD);

        assertThat(product.service().virtualAddress()).hasValue("10.96.0.7");
        assertThat(product.service().ports())
                .containsExactly(
                        new ServicePort("http-web", 80, Protocol.HTTP),
                        new ServicePort("db", 5432, Protocol.TCP));
        Endpoint endpoint = product.endpoints().getFirst();
        assertThat(endpoint.ports()).isEqualTo(Map.of("http-web", 8080, "db", 5432));
        assertThat(endpoint.acceptsMtls()).isTrue();
        assertThat(endpoint.health()).isEqualTo(Endpoint.Health.HEALTHY);
        assertThat(endpoint.workload().identity())
                .hasToString("spiffe://cluster.local/ns/shop/sa/seller");
        assertThat(endpoint.workload().locality()).isEqualTo(new Locality("eu", "a", ""));
    }

    @Test
    void endpointsThatAreWrittenCountMoreThanTheSelector() {
        Entry product =
                entry(
                        SERVICE
                                + POD
                                + """
                                apiVersion: discovery.k8s.io/v1
                                kind: EndpointSlice
                                metadata: {name: product-x, namespace: shop, labels: {kubernetes.io/service-name: product}}
                                addressType: IPv4
                                ports: [{name: http-web, port: 8081}]
                                endpoints:
                                - {addresses: [10.1.0.5], targetRef: {kind: Pod, name: product-1}}
                                - {addresses: [192.0.2.9], conditions: {ready: false}}
                                - {addresses: [192.0.2.10], conditions: {ready: false, terminating: true}}
                                """);

        assertThat(product.endpoints()).hasSize(2);
        assertThat(product.endpoints().get(0).workload().name()).isEqualTo("product-1");
        assertThat(product.endpoints().get(0).ports()).isEqualTo(Map.of("http-web", 8081));
        assertThat(product.endpoints().get(1).health()).isEqualTo(Endpoint.Health.UNHEALTHY);
        assertThat(product.endpoints().get(1).acceptsMtls()).isFalse();
    }

    @Test
    void endpointsOfOldAreReadToo() {
        Entry product =
                entry(
                        SERVICE
                                + """
                                apiVersion: v1
                                kind: Endpoints
                                metadata: {name: product, namespace: shop}
                                subsets:
                                - addresses: [{ip: 192.0.2.1}]
                                  notReadyAddresses: [{ip: 192.0.2.2}]
                                  ports: [{name: http-web, port: 9000}]
                                """);

        assertThat(product.endpoints())
                .extracting(e -> e.workload().address(), Endpoint::health)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("192.0.2.1", Endpoint.Health.HEALTHY),
                        org.assertj.core.groups.Tuple.tuple(
                                "192.0.2.2", Endpoint.Health.UNHEALTHY));
    }

    @Test
    void aListIsReadItemByItem() {
        Checked checked =
                Documents.check(
                        """
                        apiVersion: v1
                        kind: List
                        items:
                        - {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{name: http, port: 80}]}}
                        - {apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: {name: b}, spec: {egress: [{hosts: ["./*"]}]}}
                        """);

        assertThat(checked.services()).containsKey(new Hostname("a.default.svc.cluster.local"));
        assertThat(checked.resources()).hasSize(1);
        assertThat(checked.diagnostics()).isEmpty();
    }

    @Test
    void whatSaysNothingToAMeshIsLeftOutAndNoError() {
        assertThat(
                        Documents.lines(
                                """
                                apiVersion: apps/v1
                                kind: Deployment
                                metadata: {name: product}
                                spec: {replicas: 2}
                                """))
                .containsExactly(
                        "test.yaml:2:7: info MEL0015: kind Deployment of apps says nothing to a mesh: left out");
    }

    @Test
    void whatIsDoubtfulIsSaid() {
        assertThat(
                        Documents.lines(
                                SERVICE.replace("http-web", "web")
                                        .replace("targetPort: web", "targetPort: 80")))
                .containsExactly(
                        "test.yaml:8:5: info IST0118: port 'web' does not say what is spoken: each connection is looked at, and a server that speaks first waits for ever; name it http-..., grpc-..., tcp-... or set appProtocol");
        assertThat(
                        Documents.lines(
                                """
                                apiVersion: v1
                                kind: Service
                                metadata: {name: out}
                                spec: {type: ExternalName, externalName: a.example}
                                """))
                .singleElement()
                .asString()
                .contains("ExternalName are left out: write a ServiceEntry");
        assertThat(
                        Documents.lines(
                                """
                                apiVersion: v1
                                kind: Service
                                metadata: {name: broken}
                                spec: {ports: [{name: http, port: eighty}]}
                                """))
                .singleElement()
                .asString()
                .contains("spec.ports[0].port: expected a whole number, got 'eighty'");
    }

    private static Entry entry(String yaml) {
        Entry entry =
                Documents.check(yaml)
                        .services()
                        .get(new Hostname("product.shop.svc.cluster.local"));
        return java.util.Objects.requireNonNull(entry);
    }
}
