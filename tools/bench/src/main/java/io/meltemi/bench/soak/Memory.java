package io.meltemi.bench.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a JVM holds at a moment. Immutable.
///
/// @param liveHeapKilobytes of its heap after a full collection
/// @param residentKilobytes of the whole process
record Memory(long liveHeapKilobytes, long residentKilobytes) {
    private static final Pattern USED = Pattern.compile("(?:total|reserved) \\d+K.*?used (\\d+)K");

    /// Asks it to collect first.
    static Memory of(long pid) throws IOException {
        jcmd(pid, "GC.run");
        String heap = jcmd(pid, "GC.heap_info");
        String generations = heap.split("Metaspace", -1)[0];
        long used = 0;
        Matcher each = USED.matcher(generations);
        while (each.find()) {
            used += Long.parseLong(each.group(1));
        }
        if (used == 0) {
            throw new IOException("jcmd said something unexpected:\n" + heap);
        }
        return new Memory(used, resident(pid));
    }

    private static long resident(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("process " + pid + " has no resident memory");
    }

    private static String jcmd(long pid, String command) throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(pid),
                                command)
                        .redirectErrorStream(true)
                        .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
