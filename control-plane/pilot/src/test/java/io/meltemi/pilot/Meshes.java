package io.meltemi.pilot;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.service.Workload;
import io.meltemi.model.snapshot.ConfigSnapshot;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.ProxyNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Makes meshes to translate. Confined to one test.
final class Meshes {
    private final SortedMap<Hostname, ServiceSnapshot.Entry> services = new TreeMap<>();

    /// The shop: three HTTP services, one of them in two versions, and a database.
    static Meshes shop() {
        return new Meshes()
                .service(
                        "product", "shop", "10.255.0.1", new ServicePort("http", 80, Protocol.HTTP))
                .service(
                        "invoice",
                        "shop",
                        "10.255.0.2",
                        new ServicePort("http", 9080, Protocol.HTTP))
                .service(
                        "notification",
                        "shop",
                        "10.255.0.3",
                        new ServicePort("grpc", 9090, Protocol.GRPC))
                .service("ledger", "bank", "10.255.0.4", new ServicePort("tcp", 5432, Protocol.TCP))
                .instance("product", "shop", "v1", "10.0.0.1", true)
                .instance("product", "shop", "v2", "10.0.0.2", true)
                .instance("invoice", "shop", "v1", "10.0.0.3", true)
                .instance("notification", "shop", "v1", "10.0.0.4", true)
                .instance("notification", "shop", "v1", "10.0.0.5", false)
                .instance("ledger", "bank", "v1", "10.0.0.6", false);
    }

    Meshes service(String name, String namespace, String address, ServicePort port) {
        return service(name, namespace, address, List.of(port));
    }

    Meshes service(String name, String namespace, String address, List<ServicePort> ports) {
        Hostname host = host(name, namespace);
        Service service = new Service(host, name, namespace, ports, Optional.of(address), false);
        services.put(host, new ServiceSnapshot.Entry(service, List.of()));
        return this;
    }

    Meshes instance(
            String name, String namespace, String version, String address, boolean acceptsMtls) {
        return instance(
                name,
                namespace,
                version,
                address,
                acceptsMtls,
                Locality.NONE,
                Endpoint.Health.HEALTHY);
    }

    Meshes instance(
            String name,
            String namespace,
            String version,
            String address,
            boolean acceptsMtls,
            Locality locality,
            Endpoint.Health health) {
        ServiceSnapshot.Entry entry =
                Objects.requireNonNull(services.get(host(name, namespace)), name);
        List<Endpoint> endpoints = new ArrayList<>(entry.endpoints());
        String port = entry.service().ports().getFirst().name();
        Workload workload =
                new Workload(
                        name + "-" + version + "-" + (endpoints.size() + 1),
                        namespace,
                        name,
                        version,
                        Map.of("app", name, "version", version),
                        new SpiffeId(TrustDomain.CLUSTER_LOCAL, namespace, name),
                        address,
                        locality);
        endpoints.add(new Endpoint(workload, Map.of(port, 8080), 1, health, acceptsMtls));
        services.put(
                entry.service().hostname(), new ServiceSnapshot.Entry(entry.service(), endpoints));
        return this;
    }

    MeshSnapshot with(ConfigResource... resources) {
        return with(List.of(resources), 1);
    }

    /// @param line where every resource is said to stand
    MeshSnapshot with(Collection<? extends ConfigResource> resources, int line) {
        SortedMap<ResourceKey, Sourced<ConfigResource>> config = new TreeMap<>();
        for (ConfigResource resource : resources) {
            config.put(resource.key(), new Sourced<>(resource, new Origin("mesh.yaml", line, 1)));
        }
        return new MeshSnapshot(
                MeshSettings.DEFAULT,
                new ConfigSnapshot(line, config),
                new ServiceSnapshot(1, services));
    }

    static Hostname host(String name, String namespace) {
        return new Hostname(name + "." + namespace + ".svc.cluster.local");
    }

    static ProxyNode sidecar(String app, String namespace, String address) {
        return sidecar(app, namespace, address, Locality.NONE, new Interception.Redirect());
    }

    static ProxyNode sidecar(
            String app,
            String namespace,
            String address,
            Locality locality,
            Interception interception) {
        return new ProxyNode(
                ProxyNode.Type.SIDECAR,
                address,
                app + "-v1-1",
                namespace,
                new TreeMap<>(Map.of("app", app, "version", "v1")),
                app,
                locality,
                new TreeSet<>(),
                interception);
    }

    /// A program that speaks xDS itself.
    static ProxyNode grpc(
            String app, String namespace, String address, Map<String, String> labels) {
        SortedMap<String, String> all = new TreeMap<>(labels);
        all.put("app", app);
        return new ProxyNode(
                ProxyNode.Type.GRPC,
                address,
                app + "-v1-1",
                namespace,
                all,
                app,
                Locality.NONE,
                new TreeSet<>(),
                new Interception.Redirect());
    }

    static ProxyNode gateway() {
        return gateway(new Interception.Redirect());
    }

    static ProxyNode gateway(Interception interception) {
        return new ProxyNode(
                ProxyNode.Type.ROUTER,
                "10.0.0.99",
                "ingress-1",
                "istio-system",
                new TreeMap<>(
                        Map.of(
                                "istio",
                                "ingressgateway",
                                "gateway.networking.k8s.io/gateway-name",
                                "front")),
                "ingress",
                Locality.NONE,
                new TreeSet<>(),
                interception);
    }
}
