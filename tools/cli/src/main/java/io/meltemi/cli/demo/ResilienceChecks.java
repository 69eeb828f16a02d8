package io.meltemi.cli.demo;

import io.meltemi.agent.NodeClient;
import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import io.meltemi.cli.demo.MetricsText.Sample;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Tally;
import io.meltemi.xds.proto.control.InstanceStatus;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.StatusResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What survives: the control plane, an application, a whole pod dies under load.
final class ResilienceChecks {
    private static final String REQUESTS = "istio_requests_total";
    private static final Duration BACK = Duration.ofSeconds(20);

    /// Istio's default, which the sample's invoice has.
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    static final List<Check<DemoMesh>> ALL =
            List.of(
                    new Check<>("application killed under load", ResilienceChecks::application),
                    new Check<>("pod killed under load", ResilienceChecks::pod),
                    new Check<>(
                            "control plane killed and restarted under load",
                            ResilienceChecks::controlPlane));

    private ResilienceChecks() {}

    private static Outcome controlPlane(DemoMesh mesh) throws Exception {
        int instances = mesh.control().status().getInstancesCount();
        Set<String> proxies = shop(mesh.control().status());
        Tally load = new Tally(r -> "");
        Duration took;
        try (Load _ = Drive.steady(mesh, Call.get("/products"), load);
                NodeClient node = mesh.node()) {
            node.kill("control-plane", "");
            Thread.sleep(500);
            took =
                    Drive.until(
                            BACK,
                            () -> {
                                var status = mesh.control().status();
                                return status.getInstancesCount() == instances
                                        && shop(status).equals(proxies);
                            });
        }
        return Outcome.of(
                !took.isNegative() && load.failed() == 0,
                "all %d instances and %d proxies back after %s, %d of %d failed"
                        .formatted(
                                instances,
                                proxies.size(),
                                Drive.took(took, BACK),
                                load.failed(),
                                load.total()));
    }

    /// The nodes of the shop's own workloads that are connected.
    private static Set<String> shop(StatusResponse status) {
        Set<String> addresses = new TreeSet<>();
        status.getInstancesList().forEach(i -> addresses.add("~" + i.getAddress() + "~"));
        return status.getProxiesList().stream()
                .map(ProxyStatus::getNode)
                .filter(n -> addresses.stream().anyMatch(n::contains))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Requests that were sent to it while nobody knew yet may fail: 100 ms.
    private static Outcome application(DemoMesh mesh) throws Exception {
        return killed(mesh, "application", Duration.ofMillis(100), Duration.ofSeconds(1));
    }

    /// Nobody says that a pod is gone: callers wait for a connect timeout at most, until its lease
    /// ends after three missed heartbeats of a second.
    private static Outcome pod(DemoMesh mesh) throws Exception {
        Duration lease = Duration.ofSeconds(5);
        Outcome outcome = killed(mesh, "pod", lease, lease);
        mesh.add(Shop.invoice(mesh.install(), "b"));
        return outcome;
    }

    /// @param failing for how long after the kill requests may be sent that fail
    /// @param noticed when the control plane must know
    private static Outcome killed(DemoMesh mesh, String what, Duration failing, Duration noticed)
            throws Exception {
        String victim = invoice(mesh);
        MetricsText before = mesh.control().metrics();
        Tally during = new Tally(r -> r.isSuccess() ? "well" : r.status() + " " + r.body().strip());
        long killed;
        Duration known;
        try (Load _ = Drive.steady(mesh, Call.get("/products"), during);
                NodeClient node = mesh.node()) {
            Thread.sleep(500);
            killed = System.nanoTime();
            node.kill(what, victim);
            known = Drive.until(noticed, () -> !isHealthy(mesh, victim));
            Thread.sleep(6_000);
        }
        Tally after = Drive.many(mesh, 200, Call.get("/products"), r -> "");
        Duration failed = during.failedFor(killed);
        Duration longest = during.percentile(100);
        return Outcome.of(
                after.failed() == 0
                        && failed.compareTo(failing) <= 0
                        && longest.compareTo(CONNECT_TIMEOUT) <= 0
                        && !known.isNegative(),
                "noticed after %s; %d of %d failed, sent within %d ms of the kill, the longest took %d ms; 200 later: %s%s"
                        .formatted(
                                Drive.took(known, noticed),
                                during.failed(),
                                during.total(),
                                failed.toMillis(),
                                longest.toMillis(),
                                after,
                                during.failed() == 0
                                        ? ""
                                        : "; " + flags(before, mesh.control().metrics())));
    }

    /// What answered with 5xx between two scrapes, to say where and why requests failed.
    private static Map<String, Long> flags(MetricsText before, MetricsText after) {
        Map<String, Long> changes = new TreeMap<>();
        Predicate<Sample> failed = s -> s.label("response_code").startsWith("5");
        after.all(REQUESTS, failed)
                .forEach(s -> changes.merge(flags(s), Math.round(s.value()), Long::sum));
        before.all(REQUESTS, failed)
                .forEach(s -> changes.merge(flags(s), -Math.round(s.value()), Long::sum));
        changes.values().removeIf(n -> n == 0);
        return changes;
    }

    private static String flags(Sample sample) {
        return "%s at the %s of %s %s"
                .formatted(
                        sample.label("response_code"),
                        sample.label("reporter"),
                        sample.label("destination_service_name"),
                        sample.label("response_flags"));
    }

    private static String invoice(DemoMesh mesh) throws IOException {
        return mesh.control().status().getInstancesList().stream()
                .filter(i -> i.getService().equals("invoice"))
                .map(InstanceStatus::getWorkload)
                .reduce((_, last) -> last)
                .orElseThrow(() -> new IOException("no invoice runs"));
    }

    private static boolean isHealthy(DemoMesh mesh, String workload) throws IOException {
        return mesh.control().status().getInstancesList().stream()
                .anyMatch(i -> i.getWorkload().equals(workload) && i.getHealth().equals("healthy"));
    }
}
