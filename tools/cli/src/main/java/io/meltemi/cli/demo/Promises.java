package io.meltemi.cli.demo;

import io.meltemi.cli.check.Check;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Everything the demo promises, in the order in which it is checked.
public final class Promises {
    private Promises() {}

    /// @param firstAnswer how long after the start the shop answered
    /// @param only checks whose name contains one of these texts; the empty one is in all
    public static List<Check<DemoMesh>> all(Duration firstAnswer, List<String> only) {
        List<Check<DemoMesh>> all = new ArrayList<>(FootprintChecks.all(firstAnswer));
        all.addAll(RoutingChecks.ALL);
        all.addAll(BalanceChecks.ALL);
        all.addAll(SecurityChecks.ALL);
        all.addAll(EncryptionChecks.ALL);
        all.addAll(ConfigChecks.ALL);
        all.addAll(RequestCountChecks.ALL);
        all.addAll(TelemetryChecks.ALL);
        all.addAll(OwnSidecarChecks.WITH_ALL_INSTANCES);
        all.addAll(ResilienceChecks.ALL);
        all.addAll(OwnSidecarChecks.AT_THE_END);
        return all.stream().filter(c -> only.stream().anyMatch(c.name()::contains)).toList();
    }
}
