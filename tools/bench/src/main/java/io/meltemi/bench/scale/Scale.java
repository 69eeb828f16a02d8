package io.meltemi.bench.scale;

import io.meltemi.bench.contest.ProcessUsage;
import io.meltemi.bench.control.ControlPlaneProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/// Plays one run and says what was seen. Confined to its thread; proxies have one each.
final class Scale {
    /// Pilot waits for quiet, and a file system's events take a moment.
    private static final long SETTLE_MILLIS = 1_000;

    private static final int HALF = 50;
    private static final int NEARLY_ALL = 99;
    private static final int ALL = 100;

    private final ScaleSettings settings;
    private final Consumer<String> out;
    private final List<SimulatedProxy> proxies = new ArrayList<>();
    private volatile Arrivals arrivals = new Arrivals(0, 0);
    private volatile boolean isOver;

    /// One phase. Immutable.
    ///
    /// @param cpuSeconds of the control plane
    /// @param ownCpuSeconds of all simulated proxies together
    record Result(
            String phase,
            double medianMillis,
            double p99Millis,
            double lastMillis,
            double mebibytes,
            double cpuSeconds,
            double ownCpuSeconds) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-12s median %7.0f ms  p99 %7.0f ms  last %7.0f ms  %8.2f MiB  CPU %6.2f s"
                            + " (proxies %.2f s)",
                    phase,
                    medianMillis,
                    p99Millis,
                    lastMillis,
                    mebibytes,
                    cpuSeconds,
                    ownCpuSeconds);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    Scale(ScaleSettings settings, Consumer<String> out) {
        this.settings = settings;
        this.out = out;
    }

    /// @param scratch an empty folder
    List<Result> play(Path scratch) throws IOException {
        ScaleMesh mesh = new ScaleMesh(scratch.resolve("yaml"), settings.services());
        List<Result> results = new ArrayList<>();
        try (ControlPlaneProcess server =
                ControlPlaneProcess.start(settings.command(), scratch.resolve("yaml"), scratch)) {
            ControlPlaneProcess.pause(SETTLE_MILLIS);
            int routes = settings.virtualHosts() ? Wanted.VIRTUAL_HOST.bit() : Wanted.ROUTE.bit();
            int first =
                    Wanted.CLUSTER.bit()
                            | Wanted.ENDPOINT.bit()
                            | Wanted.LISTENER.bit()
                            | Wanted.ROUTE.bit()
                            | routes;
            results.add(phase("first sync", server, first, () -> connect(server)));
            for (int i = 0; i < settings.rounds(); i++) {
                results.add(phase("route", server, routes, mesh::changeRoute));
                results.add(phase("endpoint", server, Wanted.ENDPOINT.bit(), mesh::changeEndpoint));
                int fresh = Wanted.CLUSTER.bit() | Wanted.ENDPOINT.bit() | routes;
                results.add(phase("new service", server, fresh, mesh::newService));
            }
            out.accept("peak memory " + server.peakMebibytes() + " MiB");
            isOver = true;
        } finally {
            for (SimulatedProxy proxy : proxies) {
                proxy.close();
            }
        }
        return results;
    }

    private Result phase(String name, ControlPlaneProcess server, int types, Step step)
            throws IOException {
        ProcessUsage before = ProcessUsage.of(server.handle());
        ProcessUsage ownBefore = own();
        Arrivals current = new Arrivals(settings.proxies(), types);
        arrivals = current;
        step.run();
        current.await();
        ControlPlaneProcess.pause(SETTLE_MILLIS);
        Result result =
                new Result(
                        name,
                        current.millis(HALF),
                        current.millis(NEARLY_ALL),
                        current.millis(ALL),
                        current.bytes() / (double) (1 << 20),
                        ProcessUsage.of(server.handle()).cpuMicrosSince(before) / 1e6,
                        own().cpuMicrosSince(ownBefore) / 1e6);
        out.accept(result.toString());
        return result;
    }

    private static ProcessUsage own() throws IOException {
        return ProcessUsage.alone(ProcessHandle.current());
    }

    private void connect(ControlPlaneProcess server) throws IOException {
        ConcurrentMap<String, String> names = new ConcurrentHashMap<>();
        for (int i = 0; i < settings.proxies(); i++) {
            SimulatedProxy proxy = new SimulatedProxy(i, settings, server.address(), names);
            proxies.add(proxy);
            Thread.ofVirtual().name("proxy " + i).start(() -> run(proxy));
        }
    }

    private void run(SimulatedProxy proxy) {
        try {
            proxy.run((index, type, size) -> arrivals.came(index, type, size));
        } catch (IOException e) {
            if (!isOver) {
                arrivals.fail(e);
            }
        }
    }
}
