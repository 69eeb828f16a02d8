package io.meltemi.cli.demo;

import io.meltemi.cli.check.Check;
import java.util.ArrayList;
import java.util.List;

/// Everything the demo promises, in the order in which it is checked.
public final class Promises {
    private Promises() {}

    /// @param only checks whose name contains this text; empty for all
    public static List<Check<DemoMesh>> all(String only) {
        List<Check<DemoMesh>> all = new ArrayList<>();
        all.addAll(RoutingChecks.ALL);
        all.addAll(SecurityChecks.ALL);
        all.addAll(ConfigChecks.ALL);
        all.addAll(TelemetryChecks.ALL);
        all.addAll(ResilienceChecks.ALL);
        return all.stream().filter(c -> c.name().contains(only)).toList();
    }
}
