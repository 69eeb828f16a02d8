package io.meltemi.bench.soak;

import io.meltemi.bench.contest.Jcmd;
import io.meltemi.bench.contest.ProcessUsage;
import java.io.IOException;
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
        Jcmd.ask(pid, "GC.run");
        String heap = Jcmd.ask(pid, "GC.heap_info");
        String generations = heap.split("Metaspace", -1)[0];
        long used = 0;
        Matcher each = USED.matcher(generations);
        while (each.find()) {
            used += Long.parseLong(each.group(1));
        }
        if (used == 0) {
            throw new IOException("jcmd said something unexpected:\n" + heap);
        }
        return new Memory(used, ProcessUsage.resident(pid));
    }
}
