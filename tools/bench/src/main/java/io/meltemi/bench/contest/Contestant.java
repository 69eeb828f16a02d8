package io.meltemi.bench.contest;

import io.meltemi.bench.load.Load;
import io.meltemi.bench.load.Report;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A proxy, or a pair of them, under load. Confined to the bench.
public final class Contestant implements AutoCloseable {
    private final String name;
    private final List<ProxyProcess> processes;
    private final int port;
    private final boolean java;
    private final List<Round> rounds = new ArrayList<>();

    /// @param port that takes requests
    /// @param java whether what it allocates can be asked for
    Contestant(String name, List<ProxyProcess> processes, int port, boolean java) {
        this.name = name;
        this.processes = List.copyOf(processes);
        this.port = port;
        this.java = java;
    }

    public String name() {
        return name;
    }

    /// What was measured, in its order.
    public List<Round> rounds() {
        return List.copyOf(rounds);
    }

    /// Load that does not count.
    public void warmUp(Load load, int seconds) throws IOException {
        if (seconds > 0) {
            drive(load, seconds);
        }
    }

    /// Load that counts.
    public void round(Load load, int seconds) throws IOException {
        rounds.add(drive(load, seconds));
    }

    /// One stretch of load, to be looked at and not kept.
    ///
    /// @throws IOException when a request failed
    public Round drive(Load load, int seconds) throws IOException {
        long allocated = allocated();
        ProcessUsage before = usage();
        Report report = load.run(port, seconds);
        ProcessUsage after = usage();
        if (!report.failures().isEmpty() || report.requests() == 0) {
            throw new IOException(name + " failed under load: " + report);
        }
        double requests = report.requests();
        return new Round(
                after.cpuMicrosSince(before) / requests,
                report.perSecond(),
                report.p99Micros(),
                after.residentKilobytes(),
                java ? (allocated() - allocated) / requests : Double.NaN);
    }

    private long allocated() throws IOException {
        long bytes = 0;
        if (java) {
            for (ProxyProcess process : processes) {
                bytes += Allocation.bytes(process.pid());
            }
        }
        return bytes;
    }

    private ProcessUsage usage() throws IOException {
        ProcessUsage sum = new ProcessUsage(0, 0);
        for (ProxyProcess process : processes) {
            sum = sum.plus(process.usage());
        }
        return sum;
    }

    @Override
    public void close() throws IOException {
        for (ProxyProcess process : processes) {
            process.close();
        }
    }
}
