package io.meltemi.proxy.overload.monitor;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `envoy.resource_monitors.cpu_utilization` in its mode HOST: the share of all processors' time
/// that is worked, smoothed. Confined to the thread that asks.
///
/// Envoy: of the times the kernel counts, user, nice and system are work, idle is not, and others
/// do not count; each measurement has a weight of 5 %.
public final class HostCpu implements ResourceMonitor {
    private static final double WEIGHT = 0.05;
    private static final int FIRST_TIMES = 5;

    private final Path statistics;
    private long worked;
    private long passed;
    private double smoothed;

    /// Measures from now on.
    ///
    /// @param statistics `/proc/stat`, or a file like it
    public HostCpu(Path statistics) {
        this.statistics = statistics;
        try {
            var _ = pressure();
            smoothed = 0;
        } catch (IOException _) {
            // The first real question will fail with the same words.
        }
    }

    @Override
    public double pressure() throws IOException {
        long[] times = times();
        long nowWorked = times[0] + times[1] + times[2];
        long nowPassed = nowWorked + times[3];
        long work = nowWorked - worked;
        long time = nowPassed - passed;
        worked = nowWorked;
        passed = nowPassed;
        if (work < 0 || time <= 0) {
            throw new IOException(statistics + ": no processor time has passed since last asked");
        }
        smoothed = WEIGHT * work / time + (1 - WEIGHT) * smoothed;
        return smoothed;
    }

    private long[] times() throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(statistics)) {
            String line = lines.readLine();
            List<String> words = line == null ? List.of() : List.of(line.split(" +", -1));
            if (words.size() < FIRST_TIMES || !words.getFirst().equals("cpu")) {
                throw new IOException(statistics + ": does not begin with the times of all 'cpu'");
            }
            long[] times = new long[FIRST_TIMES - 1];
            for (int i = 0; i < times.length; i++) {
                times[i] = Long.parseLong(words.get(i + 1));
            }
            return times;
        } catch (NumberFormatException e) {
            throw new IOException(statistics + ": " + e.getMessage(), e);
        }
    }
}
