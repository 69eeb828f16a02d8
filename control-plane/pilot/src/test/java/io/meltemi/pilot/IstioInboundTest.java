package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.service.Locality;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Istio's own calls against a sidecar's inbound side, and where they end. Confined to one test
/// thread.
final class IstioInboundTest {
    @TestFactory
    Stream<DynamicTest> callsEndWhereIstioSaysTheyDo(@TempDir Path scratch) throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String file : List.of("inbound.json", "peerauth.json")) {
            for (Map<String, Object> config : OutsideCases.objects("istio-simulation/" + file)) {
                for (Object call : (List<?>) get(config, "calls")) {
                    String name = config.get("name") + ": " + ((Map<?, ?>) call).get("name");
                    tests.add(
                            DynamicTest.dynamicTest(
                                    name, () -> check(config, (Map<?, ?>) call, scratch)));
                }
            }
        }
        return tests.stream();
    }

    private static void check(Map<?, ?> config, Map<?, ?> item, Path scratch) throws IOException {
        Map<?, ?> call = (Map<?, ?>) get(item, "call");
        Map<?, ?> expect = (Map<?, ?>) get(item, "expect");

        Listener listener = listener(config, scratch);
        String found =
                outcome(
                        listener,
                        (Integer) get(call, "port"),
                        text(call, "protocol", "tcp"),
                        text(call, "tls", "plaintext"),
                        text(call, "alpn", ""));

        assertThat(found)
                .isEqualTo(text(expect, "clusterMatched", text(expect, "error", "nothing")));
    }

    private static Listener listener(Map<?, ?> config, Path scratch) throws IOException {
        String yaml = (String) get(config, "istioConfig");
        Path file = Files.writeString(scratch.resolve("config.yaml"), yaml);
        Report report = Galley.check(List.of(file));
        Map<?, ?> proxy = (Map<?, ?>) get(config, "proxy");
        Map<String, String> labels = new TreeMap<>();
        ((Map<?, ?>) get(proxy, "labels"))
                .forEach((key, value) -> labels.put((String) key, (String) value));
        ProxyNode node =
                new ProxyNode(
                        ProxyNode.Type.SIDECAR,
                        text(proxy, "ip", "1.1.1.1"),
                        "test",
                        "default",
                        new TreeMap<>(labels),
                        "test",
                        Locality.NONE,
                        new TreeSet<>(),
                        new Interception.Redirect());
        XdsSnapshot snapshot =
                Pilot.translate(
                        PilotSettings.DEFAULT,
                        new Meshes()
                                .with(
                                        report.resources().values().stream()
                                                .map(Sourced::value)
                                                .toList(),
                                        1),
                        node);
        XdsResource resource =
                Objects.requireNonNull(snapshot.of(ResourceType.LISTENER).get("virtualInbound"));
        return Listener.parseFrom(resource.body().getValue());
    }

    /// Chooses a chain as Envoy does: by port, then transport, then application protocol.
    private static String outcome(
            Listener listener, int port, String protocol, String tls, String alpn)
            throws InvalidProtocolBufferException {
        String transport = tls.equals("plaintext") ? "raw_buffer" : "tls";
        String offered = alpn.isEmpty() ? offer(protocol, tls) : alpn;
        Optional<FilterChain> chosen =
                narrow(listener.getFilterChainsList(), port, transport, offered);
        if (chosen.isEmpty()) {
            return "no filter chains matched";
        }
        FilterChain chain = chosen.get();
        if (chain.hasTransportSocket() && !tls.equals("mtls")) {
            return "invalid mTLS";
        }
        var last = chain.getFilters(chain.getFiltersCount() - 1).getTypedConfig();
        if (last.is(TcpProxy.class)) {
            return last.unpack(TcpProxy.class).getCluster();
        }
        boolean readable = chain.hasTransportSocket() || tls.equals("plaintext");
        if (!readable || !protocol.startsWith("http")) {
            return "protocol error";
        }
        return last.unpack(HttpConnectionManager.class)
                .getRouteConfig()
                .getVirtualHosts(0)
                .getRoutes(0)
                .getRoute()
                .getCluster();
    }

    /// What a handshake offers, or what the inspector finds in the first bytes.
    private static String offer(String protocol, String tls) {
        return switch (tls) {
            case "mtls" -> protocol.equals("http") ? "istio-http/1.1" : "istio";
            case "tls" -> protocol.equals("http") ? "http/1.1" : "";
            default -> protocol.equals("http") ? "http/1.1" : "";
        };
    }

    private static Optional<FilterChain> narrow(
            List<FilterChain> chains, int port, String transport, String alpn) {
        List<FilterChain> byPort = exactOrAny(chains, c -> port(c) == port, c -> port(c) == 0);
        List<FilterChain> byTransport =
                exactOrAny(
                        byPort,
                        c -> c.getFilterChainMatch().getTransportProtocol().equals(transport),
                        c -> c.getFilterChainMatch().getTransportProtocol().isEmpty());
        List<FilterChain> byAlpn =
                exactOrAny(
                        byTransport,
                        c -> c.getFilterChainMatch().getApplicationProtocolsList().contains(alpn),
                        c -> c.getFilterChainMatch().getApplicationProtocolsCount() == 0);
        return byAlpn.stream().findFirst();
    }

    private static int port(FilterChain chain) {
        return chain.getFilterChainMatch().getDestinationPort().getValue();
    }

    private static List<FilterChain> exactOrAny(
            List<FilterChain> chains, Predicate<FilterChain> exact, Predicate<FilterChain> any) {
        List<FilterChain> found = chains.stream().filter(exact).toList();
        return found.isEmpty() ? chains.stream().filter(any).toList() : found;
    }

    private static Object get(Map<?, ?> map, String key) {
        return Objects.requireNonNull(map.get(key), key);
    }

    private static String text(Map<?, ?> map, String key, String otherwise) {
        return Optional.ofNullable((String) map.get(key)).orElse(otherwise);
    }
}
