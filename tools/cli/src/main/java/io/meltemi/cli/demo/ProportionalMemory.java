package io.meltemi.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What processes take of this machine's memory, pages that several share divided among them (PSS).
final class ProportionalMemory {
    private ProportionalMemory() {}

    /// In MiB; 0 when the process has ended.
    ///
    /// @throws UncheckedIOException when it lives and may not be looked at: nobody must take that
    ///   for a small process
    static long mib(ProcessHandle process) {
        return kib(process) / 1024;
    }

    /// In KiB, likewise.
    static long kib(ProcessHandle process) {
        Path rollup = Path.of("/proc", Long.toString(process.pid()), "smaps_rollup");
        try {
            return Files.readString(rollup)
                    .lines()
                    .filter(l -> l.startsWith("Pss:"))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            if (!process.isAlive()) {
                return 0;
            }
            throw new UncheckedIOException("the memory of process " + process.pid(), e);
        }
    }
}
