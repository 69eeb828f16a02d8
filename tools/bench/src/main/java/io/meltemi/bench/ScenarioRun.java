package io.meltemi.bench;

import io.meltemi.bench.Scenario.Other;
import io.meltemi.bench.contest.Contestant;
import io.meltemi.bench.contest.Starter;
import io.meltemi.bench.contest.Wiring;
import io.meltemi.bench.load.H2Load;
import io.meltemi.bench.load.Load;
import io.meltemi.bench.load.Program;
import io.meltemi.bench.upstream.Upstream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Plays one scenario. Rounds alternate, so that whatever else the machine does meets all. Confined
/// to its thread.
final class ScenarioRun {
    private final Scenario scenario;
    private final SideBySideSettings settings;
    private final List<String> envoy;
    private final Starter starter;

    /// @param envoy its command, without the bootstrap
    /// @param folder for this scenario's files
    ScenarioRun(Scenario scenario, SideBySideSettings settings, List<String> envoy, Path folder) {
        this.scenario = scenario;
        this.settings = settings;
        this.envoy = envoy;
        this.starter = new Starter(folder);
    }

    Comparison play() throws IOException {
        List<Contestant> contestants = new ArrayList<>();
        try (Upstream upstream = scenario.upstream().get()) {
            start(contestants, upstream.port());
            Load load = load(contestants.getFirst());
            for (Contestant contestant : contestants) {
                contestant.warmUp(load, settings.warmupSeconds());
            }
            for (int i = 1; i <= settings.rounds(); i++) {
                for (Contestant contestant : contestants) {
                    contestant.round(load, settings.roundSeconds());
                }
                System.err.println(scenario.name() + ": round " + i + " of " + settings.rounds());
            }
            return new Comparison(scenario, contestants);
        } finally {
            for (Contestant contestant : contestants) {
                contestant.close();
            }
        }
    }

    private void start(List<Contestant> contestants, int upstreamPort) throws IOException {
        Wiring wiring = scenario.wiring();
        if (wiring.shape() == Wiring.Shape.PAIR) {
            starter.certificates();
        }
        contestants.add(starter.fromBootstrap("envoy", envoy, false, wiring, upstreamPort));
        contestants.add(
                starter.fromBootstrap("meltemi", settings.ours(), true, wiring, upstreamPort));
        if (takesPart(Other.HAPROXY, "haproxy")) {
            contestants.add(starter.haProxy(wiring, upstreamPort));
        }
        if (takesPart(Other.NGINX, "nginx")) {
            contestants.add(starter.nginx(wiring, upstreamPort));
        }
    }

    private boolean takesPart(Other other, String program) {
        if (!scenario.others().contains(other)) {
            return false;
        }
        boolean installed = Program.isInstalled(program);
        if (!installed) {
            System.out.println(
                    "skipped: " + program + " in " + scenario.name() + ": it is not installed");
        }
        return installed;
    }

    /// At half load all get the same number of requests.
    private Load load(Contestant envoy) throws IOException {
        if (!scenario.half()) {
            return scenario.load();
        }
        double most = envoy.drive(scenario.load(), settings.roundSeconds()).perSecond();
        H2Load full = (H2Load) scenario.load();
        return new H2Load(full.connections(), full.options(), full.path(), (int) most / 2);
    }
}
