package io.meltemi.cli.demo;

import io.meltemi.agent.NodeClient;
import io.meltemi.agent.NodeClient.Attached;
import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import io.meltemi.cli.demo.program.OwnMetric;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Tally;
import io.meltemi.xds.proto.control.Span;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Observe: what applications report, one trace for one request; usage: quotas exact.
final class TelemetryChecks {
    private static final String CALLER_SPAN = "00f067aa0ba902b7";
    private static final Duration FLUSH = Duration.ofSeconds(6);

    private static final Pattern TRACE_ID = Pattern.compile("traceparent: 00-([0-9a-f]{32})-");
    private static final String SILENT =
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: check-silent, namespace: shop}
            spec:
              hosts: [silent.check]
              gateways: [shop-gateway]
              http:
                - route:
                    - destination: {host: silent, port: {number: 9080}}
            """;

    static final List<Check<DemoMesh>> ALL =
            List.of(
                    new Check<>("an application's own metric", TelemetryChecks::ownMetric),
                    new Check<>("one request makes one trace", TelemetryChecks::trace),
                    new Check<>("a trace per hop without forwarding", TelemetryChecks::hops),
                    new Check<>("quota is exact", TelemetryChecks::quota));

    private TelemetryChecks() {}

    private static Outcome ownMetric(DemoMesh mesh) throws Exception {
        String said =
                mesh.inNode(
                        OwnMetric.class.getName(),
                        "http://" + mesh.nodeAddress() + ":4318/v1/metrics");
        double value = mesh.control().metrics().sum("shop_orders_total", _ -> true);
        return Outcome.of(value == 7, "shop_orders_total " + value + " (sent: " + said + ")");
    }

    /// gateway -> product -> invoice -> notification: a server and a client span at each hop
    /// between.
    private static Outcome trace(DemoMesh mesh) throws Exception {
        String traceId = randomTraceId();
        Call call =
                Call.get("/products")
                        .with("traceparent", "00-" + traceId + "-" + CALLER_SPAN + "-01");
        Drive.one(mesh, call);
        Drive.until(FLUSH, () -> isWhole(mesh.control().trace(traceId)));
        List<Span> spans = mesh.control().trace(traceId);
        return Outcome.of(
                isWhole(spans),
                spans.size()
                        + " spans: "
                        + spans.stream().map(s -> s.getService() + " " + s.getKind()).toList());
    }

    /// Four services, and every span has its parent among them or is the caller's child.
    private static boolean isWhole(List<Span> spans) {
        long services = spans.stream().map(Span::getService).distinct().count();
        Set<String> ids = spans.stream().map(Span::getSpanId).collect(Collectors.toSet());
        return services >= 4
                && spans.size() >= 6
                && spans.stream()
                        .map(Span::getParentId)
                        .allMatch(p -> p.equals(CALLER_SPAN) || ids.contains(p));
    }

    /// gateway -> silent -> product: the trace ends where its headers are not handed on, and a new
    /// one begins.
    private static Outcome hops(DemoMesh mesh) throws Exception {
        mesh.apply("check-silent.yaml", SILENT);
        Attached silent =
                mesh.add(Shop.silent(mesh.install(), "silent", "http://product:9080/echo"));
        try {
            String traceId = randomTraceId();
            Call call =
                    Call.get("/")
                            .with("host", "silent.check")
                            .with("traceparent", "00-" + traceId + "-" + CALLER_SPAN + "-01");
            Drive.until(FLUSH, () -> Drive.one(mesh, call).status() == 200);
            Matcher next = TRACE_ID.matcher(Drive.one(mesh, call).body());
            String nextId = next.find() ? next.group(1) : "";
            Drive.until(
                    FLUSH,
                    () ->
                            services(mesh, traceId).contains("silent.shop")
                                    && services(mesh, nextId).contains("product.shop"));
            Set<String> first = services(mesh, traceId);
            Set<String> second = services(mesh, nextId);
            return Outcome.of(
                    first.equals(Set.of("istio-ingressgateway.istio-system", "silent.shop"))
                            && second.equals(Set.of("silent.shop", "product.shop"))
                            && !traceId.equals(nextId),
                    "one trace of " + first + ", another of " + second);
        } finally {
            try (NodeClient node = mesh.node()) {
                node.remove(silent.name());
            }
            mesh.remove("check-silent.yaml");
        }
    }

    private static Set<String> services(DemoMesh mesh, String traceId) throws Exception {
        return traceId.isEmpty()
                ? Set.of()
                : mesh.control().trace(traceId).stream()
                        .map(Span::getService)
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String randomTraceId() {
        byte[] id = new byte[16];
        new SecureRandom().nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    private static Outcome quota(DemoMesh mesh) throws Exception {
        int limit = 60;
        mesh.apply(
                "check-quota.yaml",
                """
                apiVersion: mixer.meltemi.io/v1
                kind: RateLimit
                metadata: {name: check-quota, namespace: shop}
                spec:
                  selector: {matchLabels: {app: product}}
                  key: request.headers[x-check-key]
                  requests: %d
                  window: 1m
                """
                        .formatted(limit));
        try {
            // Connections of the former filter chain serve one more request each, as in Envoy:
            // these
            // do, before anything is counted.
            Drive.many(mesh, 300, Call.get("/").with("x-check-key", "former"), _ -> "");
            String key = "k" + System.nanoTime();
            Tally tally = new Tally(r -> "");
            Call call = Call.get("/").with("x-check-key", key);
            try (Load one = Load.start(mesh.frontDoor(), 1, 50, Duration.ZERO, _ -> call, tally);
                    Load two =
                            Load.start(mesh.frontDoor(), 1, 50, Duration.ZERO, _ -> call, tally)) {
                one.await();
                two.await();
            }
            return Outcome.of(
                    tally.status(200) == limit && tally.status(429) == 100 - limit,
                    "limit " + limit + ", 100 requests from two callers: " + tally);
        } finally {
            mesh.folder().delete("check-quota.yaml");
        }
    }
}
