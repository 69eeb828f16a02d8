package io.meltemi.pilot;

import static io.meltemi.pilot.OutsideCases.get;
import static io.meltemi.pilot.OutsideCases.skip;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.ServicePort;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Istio's own virtual hosts of a sidecar and where each of them leads. Confined to one test
/// thread.
final class IstioRoutesTest {
    @TestFactory
    Stream<DynamicTest> virtualHostsLeadWhereIstioLeadsThem(@TempDir Path scratch)
            throws IOException {
        return OutsideCases.objects("istio-simulation/sidecar-routes.json").stream()
                .map(c ->
                        DynamicTest.dynamicTest((String) get(c, "name"), () -> check(c, scratch)));
    }

    private static void check(Map<?, ?> item, Path scratch) throws IOException {
        String name = (String) get(item, "name");
        String yaml = (String) get(item, "config");
        skip(item.get("expectVirtualHostClusters") == null, "nothing is expected", name);
        skip(
                name.endsWith("cross namespace conflict")
                        || name.equals("httproute/same namespace conflict"),
                "age decides there, names decide here",
                name);

        RouteConfiguration routes = routes(item, yaml, scratch);

        ((Map<?, ?>) get(item, "expectVirtualHostClusters"))
                .forEach((host, clusters) ->
                        assertThat(clusters(routes, (String) host))
                                .as("%s: %s", name, host)
                                .isEqualTo(Objects.requireNonNullElse(clusters, List.of())));
    }

    private static RouteConfiguration routes(Map<?, ?> item, String yaml, Path scratch)
            throws IOException {
        Meshes meshes = new Meshes();
        List<String> istio = new ArrayList<>();
        for (String document : List.of(yaml.split("(?m)^---\n", -1))) {
            Object value = XdsYaml.load(document);
            if (!(value instanceof Map<?, ?> object)) {
                continue;
            }
            if ("Service".equals(object.get("kind"))) {
                service(meshes, object);
            } else {
                istio.add(document);
            }
        }
        List<ConfigResource> resources = MeshYaml.resources(String.join("\n---\n", istio), scratch);
        String namespace = (String) get((Map<?, ?>) get(item, "proxy"), "namespace");
        XdsSnapshot snapshot =
                Pilot.translate(
                        PilotSettings.DEFAULT,
                        meshes.with(resources, 1),
                        Meshes.sidecar("client", namespace, "10.9.9.9"));
        XdsResource resource =
                snapshot.of(ResourceType.ROUTE).get((String) get(item, "routeConfig"));
        return resource == null
                ? RouteConfiguration.getDefaultInstance()
                : RouteConfiguration.parseFrom(resource.body().getValue());
    }

    private static void service(Meshes meshes, Map<?, ?> object) {
        Map<?, ?> metadata = (Map<?, ?>) get(object, "metadata");
        Map<?, ?> spec = (Map<?, ?>) get(object, "spec");
        List<ServicePort> ports =
                ((List<?>) get(spec, "ports"))
                        .stream()
                                .map(port -> (Integer) get((Map<?, ?>) port, "port"))
                                .map(port -> new ServicePort("p" + port, port, Protocol.HTTP))
                                .toList();
        meshes.service(
                (String) get(metadata, "name"),
                (String) get(metadata, "namespace"),
                (String) get(spec, "clusterIP"),
                ports);
    }

    private static List<String> clusters(RouteConfiguration routes, String host) {
        return routes.getVirtualHostsList().stream()
                .filter(v -> v.getDomainsList().contains(host))
                .map(VirtualHost::getRoutesList)
                .flatMap(List::stream)
                .map(route -> route.getRoute().getCluster())
                .distinct()
                .collect(Collectors.toList());
    }
}
