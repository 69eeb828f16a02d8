package io.meltemi.cli.demo;

import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import io.meltemi.cli.demo.MetricsText.Sample;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Tally;
import io.meltemi.xds.proto.control.Span;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Observe: requests counted on both sides, one trace for one request, quotas exact.
final class TelemetryChecks {
    private static final String CALLER_SPAN = "00f067aa0ba902b7";
    private static final long DRAIN_MILLIS = 5_500;
    private static final Duration FLUSH = Duration.ofSeconds(6);

    static final List<Check<DemoMesh>> ALL =
            List.of(
                    new Check<>("requests counted at both ends", TelemetryChecks::counted),
                    new Check<>("an application's own metric", TelemetryChecks::ownMetric),
                    new Check<>("one request makes one trace", TelemetryChecks::trace),
                    new Check<>("quota is exact", TelemetryChecks::quota));

    private TelemetryChecks() {}

    private static Outcome counted(DemoMesh mesh) throws Exception {
        settle(mesh);
        double sourceBefore = ok(mesh, "source", "product");
        double destinationBefore = ok(mesh, "destination", "product");
        Drive.many(mesh, 500, Call.get("/"), r -> "");
        Drive.until(
                FLUSH,
                () ->
                        ok(mesh, "source", "product") - sourceBefore >= 500
                                && ok(mesh, "destination", "product") - destinationBefore >= 500);
        double source = ok(mesh, "source", "product") - sourceBefore;
        double destination = ok(mesh, "destination", "product") - destinationBefore;
        return Outcome.of(
                source == 500 && destination == 500,
                "500 sent, source %.0f, destination %.0f".formatted(source, destination));
    }

    /// Waits until what was sent before is counted: access logs travel once a second.
    private static void settle(DemoMesh mesh) throws Exception {
        double seen = -1;
        double now = mesh.control().metrics().sum("istio_requests_total", _ -> true);
        while (now > seen) {
            seen = now;
            Thread.sleep(2_500);
            now = mesh.control().metrics().sum("istio_requests_total", _ -> true);
        }
    }

    private static double ok(DemoMesh mesh, String reporter, String service) throws Exception {
        Predicate<Sample> fits =
                s ->
                        s.label("reporter").equals(reporter)
                                && s.label("destination_service_name").equals(service)
                                && s.label("response_code").equals("200");
        return mesh.control().metrics().sum("istio_requests_total", fits);
    }

    private static Outcome ownMetric(DemoMesh mesh) throws Exception {
        String said =
                mesh.inNode(
                        "io.meltemi.cli.demo.OwnMetric",
                        "http://" + mesh.nodeAddress() + ":4318/v1/metrics");
        double value = mesh.control().metrics().sum("shop_orders_total", _ -> true);
        return Outcome.of(value == 7, "shop_orders_total " + value + " (sent: " + said + ")");
    }

    /// gateway -> product -> invoice -> notification: a server and a client span at each hop
    /// between.
    private static Outcome trace(DemoMesh mesh) throws Exception {
        byte[] id = new byte[16];
        new SecureRandom().nextBytes(id);
        String traceId = HexFormat.of().formatHex(id);
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
            // Connections of the former filter chain serve one more request each, as in Envoy.
            Thread.sleep(DRAIN_MILLIS);
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
