package io.meltemi.cli.demo;

import io.meltemi.agent.NodeClient;
import io.meltemi.agent.NodeClient.Attached;
import io.meltemi.agent.SidecarOptions.Place;
import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Tally;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Connect: what a connection limit holds back, where requests go when the near instances are down.
final class BalanceChecks {
    /// `maxConnections` of the sample's product.
    private static final int CONNECTIONS = 99;

    /// An overflow is answered at once.
    private static final Duration REFUSED_BY = Duration.ofMillis(300);

    private static final Duration FLUSH = Duration.ofSeconds(5);

    /// A killed pod is off the list when its lease has run out: three missed heartbeats.
    private static final Duration FAILOVER = Duration.ofSeconds(6);

    /// What a program may take to start and to answer its first ping.
    private static final Duration START = Duration.ofSeconds(20);

    private static final Place NEAR = Shop.HOME;
    private static final Place FAR = new Place("ionian", "kerkyra", "");
    private static final Call HARBOUR = Call.get("/").with("host", "harbour.check");

    private static final String LIMITED =
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: check-limited, namespace: shop}
            spec:
              hosts: [limited.check]
              gateways: [shop-gateway]
              http:
                - route:
                    - destination: {host: product, subset: v1, port: {number: 9080}}
            """;

    private static final String SMALL_QUEUE =
            """
            connectTimeout: 6s
                  http:
                    http1MaxPendingRequests: 1
            """;

    private static final String HARBOUR_ROUTES =
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: check-harbour, namespace: shop}
            spec:
              hosts: [harbour.check]
              gateways: [shop-gateway]
              http:
                - route:
                    - destination: {host: harbour, port: {number: 9080}}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: check-harbour, namespace: shop}
            spec:
              host: harbour
              trafficPolicy:
                loadBalancer:
                  localityLbSetting:
                    failover:
                      - from: %s
                        to: %s
                outlierDetection:
                  consecutive5xxErrors: 5
                  maxEjectionPercent: 100
            """
                    .formatted(NEAR.region(), FAR.region());

    static final List<Check<DemoMesh>> ALL =
            List.of(
                    new Check<>(
                            "one connection beyond maxConnections overflows",
                            BalanceChecks::overflow),
                    new Check<>("a locality down: fails over, returns", BalanceChecks::failover));

    private BalanceChecks() {}

    /// All connections are in use, one request may wait for one of them, and there is one more.
    private static Outcome overflow(DemoMesh mesh) throws Exception {
        String before = mesh.folder().read("product.yaml");
        mesh.apply("check-limited.yaml", LIMITED);
        mesh.apply("product.yaml", before.replace("connectTimeout: 6s\n", SMALL_QUEUE));
        List<HeldRequest> held = new ArrayList<>();
        try {
            double counted = overflows(mesh);
            for (int i = 0; i < CONNECTIONS; i++) {
                HeldRequest one = HeldRequest.send(mesh.frontDoor(), "limited.check");
                held.add(one);
                one.awaitStart();
            }
            held.add(HeldRequest.send(mesh.frontDoor(), "limited.check"));
            held.add(HeldRequest.send(mesh.frontDoor(), "limited.check"));
            Thread.sleep(REFUSED_BY.toMillis());
            Map<Integer, Integer> statuses = new TreeMap<>();
            for (HeldRequest one : held) {
                statuses.merge(one.finish(), 1, Integer::sum);
            }
            Drive.until(FLUSH, () -> overflows(mesh) - counted >= 1);
            double flagged = overflows(mesh) - counted;
            return Outcome.of(
                    statuses.equals(Map.of(200, CONNECTIONS + 1, 503, 1)) && flagged == 1,
                    "%d at once, maxConnections %d, one may wait: %s, %.0f counted with UO"
                            .formatted(CONNECTIONS + 2, CONNECTIONS, statuses, flagged));
        } finally {
            held.forEach(HeldRequest::close);
            mesh.apply("product.yaml", before);
            mesh.remove("check-limited.yaml");
        }
    }

    private static double overflows(DemoMesh mesh) throws Exception {
        return mesh.control()
                .metrics()
                .sum(
                        "istio_requests_total",
                        s ->
                                s.label("reporter").equals("source")
                                        && s.label("response_flags").contains("UO"));
    }

    private static Outcome failover(DemoMesh mesh) throws Exception {
        mesh.apply("check-harbour.yaml", HARBOUR_ROUTES);
        Attached near = mesh.add(Shop.placed(mesh.install(), "harbour", NEAR));
        Attached far = mesh.add(Shop.placed(mesh.install(), "harbour", FAR));
        Attached again = near;
        try {
            Duration start = Drive.until(FAILOVER, () -> goesTo(mesh, NEAR));
            Tally during = new Tally(r -> "");
            Duration over;
            Duration back;
            try (Load _ = Drive.steady(mesh, HARBOUR, during);
                    NodeClient node = mesh.node()) {
                node.kill("pod", near.name());
                over = Drive.until(FAILOVER, () -> goesTo(mesh, FAR));
                Attached returned = mesh.add(Shop.placed(mesh.install(), "harbour", NEAR));
                again = returned;
                Drive.until(START, () -> isHealthy(mesh, returned));
                back = Drive.until(FAILOVER, () -> goesTo(mesh, NEAR));
            }
            return Outcome.of(
                    !start.isNegative() && !over.isNegative() && !back.isNegative(),
                    "all to %s, over to %s after %s, back after %s, %d of %d failed%s"
                            .formatted(
                                    NEAR.region(),
                                    FAR.region(),
                                    Drive.took(over, FAILOVER),
                                    Drive.took(back, FAILOVER),
                                    during.failed(),
                                    during.total(),
                                    back.isNegative() ? listed(mesh) : ""));
        } finally {
            try (NodeClient node = mesh.node()) {
                node.remove(again.name());
                node.remove(far.name());
            }
            mesh.remove("check-harbour.yaml");
        }
    }

    /// What the registry holds of it, to say why requests do not return.
    private static String listed(DemoMesh mesh) throws IOException {
        return "; listed: "
                + mesh.control().status().getInstancesList().stream()
                        .filter(i -> i.getService().equals("harbour"))
                        .map(i -> i.getWorkload() + " " + i.getAddress() + " " + i.getHealth())
                        .toList();
    }

    private static boolean isHealthy(DemoMesh mesh, Attached workload) throws IOException {
        return mesh.control().status().getInstancesList().stream()
                .anyMatch(i ->
                        i.getAddress().equals(workload.address())
                                && i.getHealth().equals("healthy"));
    }

    /// Whether twenty requests in a row are answered from there.
    private static boolean goesTo(DemoMesh mesh, Place place) throws InterruptedException {
        Tally tally =
                Drive.many(
                        mesh,
                        20,
                        HARBOUR,
                        r -> r.body().contains(" " + place.region() + " ") ? "there" : "elsewhere");
        return tally.failed() == 0 && tally.inGroup("there") == 20;
    }
}
