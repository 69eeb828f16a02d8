package io.meltemi.pilot;

import static io.meltemi.pilot.OutsideCases.get;
import static io.meltemi.pilot.OutsideCases.skip;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.VirtualHost.TlsRequirementType;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.meltemi.model.service.Locality;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Istio's own calls to gateways and where each of them leads. Confined to one test thread.
final class IstioGatewaysTest {
    /// Istio names services of its tests without a domain.
    private static final String DOMAIN = ".svc.cluster.local";

    @TestFactory
    Stream<DynamicTest> callsLeadWhereIstioLeadsThem(@TempDir Path scratch) throws IOException {
        return OutsideCases.objects("istio-simulation/gateway.json").stream()
                .map(c ->
                        DynamicTest.dynamicTest((String) get(c, "name"), () -> check(c, scratch)));
    }

    private static void check(Map<?, ?> item, Path scratch) throws IOException {
        String name = (String) get(item, "name");
        String yaml = (String) get(item, "istioConfig");
        skip(
                yaml.contains("internal.istio.io/"),
                "annotations that Istio writes for the Gateway API are not served",
                name);
        skip(
                yaml.contains("experimental.istio.io/"),
                "a label that Istio has for Knative alone",
                name);
        skip(
                name.endsWith("duplicate tls gateway"),
                "Istio makes a listener that Envoy refuses, here the first server stays",
                name);
        String documents = yaml.replaceAll("(?m)^---\\s*\\n(\\s*\\n)*(?=---)", "");

        XdsSnapshot snapshot =
                Pilot.translate(
                        PilotSettings.DEFAULT,
                        new Meshes().with(MeshYaml.resources(documents, scratch), 1),
                        proxy((Map<?, ?>) get(item, "proxy")));

        for (Object call : (List<?>) get(item, "calls")) {
            check(snapshot, (Map<?, ?>) call, name);
        }
    }

    private static ProxyNode proxy(Map<?, ?> proxy) {
        Map<String, String> labels = new TreeMap<>();
        ((Map<?, ?>) get(proxy, "labels"))
                .forEach((key, value) -> labels.put(key.toString(), value.toString()));
        return new ProxyNode(
                ProxyNode.Type.ROUTER,
                "1.1.1.1",
                "gateway-1",
                (String) get(proxy, "namespace"),
                new TreeMap<>(labels),
                "gateway",
                Locality.NONE,
                new TreeSet<>(),
                new Interception.Redirect());
    }

    private static void check(XdsSnapshot snapshot, Map<?, ?> item, String name)
            throws InvalidProtocolBufferException {
        Map<?, ?> call = (Map<?, ?>) get(item, "call");
        Map<?, ?> expected = (Map<?, ?>) get(item, "expect");
        Map<String, String> found = new TreeMap<>(answer(snapshot, call));

        expected.forEach((what, value) -> {
            if (!what.equals("strictMatch")) {
                assertThat(found)
                        .as("%s: %s", name, get(item, "name"))
                        .containsEntry(what.toString(), value.toString());
            }
        });
    }

    /// What Istio's simulation would say of a call.
    private static Map<String, String> answer(XdsSnapshot snapshot, Map<?, ?> call)
            throws InvalidProtocolBufferException {
        XdsResource resource =
                snapshot.of(ResourceType.LISTENER).get("0.0.0.0_" + get(call, "port"));
        if (resource == null) {
            return Map.of("error", "no listener matched");
        }
        Map<String, String> answer = new TreeMap<>();
        answer.put("listenerMatched", resource.name());
        FilterChain chain = chain(Listener.parseFrom(resource.body().getValue()), call);
        Filter filter = chain.getFilters(chain.getFiltersCount() - 1);
        if (filter.getTypedConfig().is(TcpProxy.class)) {
            answer.put(
                    "clusterMatched",
                    shortName(filter.getTypedConfig().unpack(TcpProxy.class).getCluster()));
            return answer;
        }
        HttpConnectionManager http = filter.getTypedConfig().unpack(HttpConnectionManager.class);
        String routes = http.getRds().getRouteConfigName();
        answer.put("routeConfigMatched", routes);
        XdsResource table =
                Objects.requireNonNull(snapshot.of(ResourceType.ROUTE).get(routes), routes);
        Optional<VirtualHost> host =
                RouteConfiguration.parseFrom(table.body().getValue()).getVirtualHostsList().stream()
                        .filter(v -> v.getDomainsList().contains(get(call, "hostHeader")))
                        .findFirst();
        if (host.isEmpty()) {
            return Map.of("error", "no virtual host matched");
        }
        answer.put("virtualHostMatched", host.get().getName());
        if (host.get().getRequireTls() == TlsRequirementType.ALL && !call.containsKey("tls")) {
            answer.put("error", "tls required, sending 301");
            return answer;
        }
        Object path = Objects.requireNonNullElse(call.get("path"), "/");
        host.get().getRoutesList().stream()
                .filter(r -> path.toString().startsWith(r.getMatch().getPrefix()))
                .map(Route::getRoute)
                .findFirst()
                .ifPresent(r -> answer.put("clusterMatched", shortName(r.getCluster())));
        return answer;
    }

    private static FilterChain chain(Listener listener, Map<?, ?> call) {
        Object name = Objects.requireNonNullElse(call.get("hostHeader"), "");
        return listener.getFilterChainsList().stream()
                .filter(c ->
                        c.getFilterChainMatch().getServerNamesCount() == 0
                                || (call.containsKey("tls")
                                        && c.getFilterChainMatch()
                                                .getServerNamesList()
                                                .contains(name)))
                .findFirst()
                .orElseThrow();
    }

    private static String shortName(String cluster) {
        return cluster.replace(DOMAIN, "");
    }
}
