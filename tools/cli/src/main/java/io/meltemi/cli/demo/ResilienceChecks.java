package io.meltemi.cli.demo;

import io.meltemi.agent.NodeClient;
import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Tally;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.StatusResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What survives: the control plane, an application, a whole pod dies under load.
final class ResilienceChecks {
    private static final Duration BACK = Duration.ofSeconds(20);

    static final List<Check<DemoMesh>> ALL =
            List.of(
                    new Check<>(
                            "control plane killed and restarted under load",
                            ResilienceChecks::controlPlane),
                    new Check<>("application killed under load", ResilienceChecks::application),
                    new Check<>("pod killed under load", ResilienceChecks::pod));

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

    private static Outcome application(DemoMesh mesh) throws Exception {
        return killed(mesh, "application", "invoice-v1-2", 100);
    }

    /// A killed pod's callers may wait for one connect timeout each until its lease ends.
    private static Outcome pod(DemoMesh mesh) throws Exception {
        return killed(mesh, "pod", "invoice-v1-2", 400);
    }

    private static Outcome killed(DemoMesh mesh, String what, String name, int tolerated)
            throws Exception {
        Tally during = new Tally(r -> "");
        Tally after;
        try (Load _ = Drive.steady(mesh, Call.get("/products"), during);
                NodeClient node = mesh.node()) {
            node.kill(what, name);
            Thread.sleep(5_000);
        }
        after = Drive.many(mesh, 200, Call.get("/products"), r -> "");
        return Outcome.of(
                after.failed() == 0 && during.failed() <= tolerated,
                "%d of %d failed meanwhile, %d of 200 after 5 s"
                        .formatted(during.failed(), during.total(), after.failed()));
    }
}
