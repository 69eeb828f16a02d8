package io.meltemi.bench.contest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a process and its children used so far, as Linux counts it. Immutable.
///
/// @param cpuTicks user and system time in hundredths of a second (USER_HZ)
public record ProcessUsage(long cpuTicks, long residentKilobytes) {
    private static final long TICK_MICROS = 10_000;

    /// Positions in `/proc/PID/stat` behind the name, which may hold spaces (proc(5): 14 and 15).
    private static final int USER_TIME = 11;

    private static final int SYSTEM_TIME = 12;

    public static ProcessUsage of(ProcessHandle process) throws IOException {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process);
        long ticks = 0;
        long kilobytes = 0;
        for (ProcessHandle each : all) {
            ticks += ticks(each.pid());
            kilobytes += resident(each.pid());
        }
        return new ProcessUsage(ticks, kilobytes);
    }

    /// Of one process without its children.
    public static ProcessUsage alone(ProcessHandle process) throws IOException {
        return new ProcessUsage(ticks(process.pid()), resident(process.pid()));
    }

    /// Both together.
    ProcessUsage plus(ProcessUsage other) {
        return new ProcessUsage(
                cpuTicks + other.cpuTicks, residentKilobytes + other.residentKilobytes);
    }

    /// Microseconds of CPU since an earlier reading.
    public long cpuMicrosSince(ProcessUsage before) {
        return (cpuTicks - before.cpuTicks) * TICK_MICROS;
    }

    private static long ticks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
    }

    /// Of one process alone.
    public static long resident(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("process " + pid + " has no resident memory");
    }
}
