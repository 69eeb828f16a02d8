package io.meltemi.cli.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// What a load came back with, in numbers. Thread-safe.
public final class Tally {
    /// Guarded by this.
    private final Map<String, Integer> byOutcome = new TreeMap<>();

    /// Guarded by this.
    private final Map<String, Integer> byGroup = new TreeMap<>();

    /// Guarded by this.
    private long[] nanos = new long[1024];

    /// Guarded by this.
    private int count;

    /// When the last request was sent that failed. Guarded by this.
    private long lastFailedSentNanos = Long.MIN_VALUE;

    private final Function<Reply, String> group;

    /// @param group what replies are told apart by, besides their status
    public Tally(Function<Reply, String> group) {
        this.group = group;
    }

    synchronized void add(Reply reply) {
        String outcome = reply.status() == 0 ? reply.failure() : Integer.toString(reply.status());
        byOutcome.merge(outcome, 1, Integer::sum);
        byGroup.merge(group.apply(reply), 1, Integer::sum);
        if (!reply.isSuccess()) {
            lastFailedSentNanos = Math.max(lastFailedSentNanos, System.nanoTime() - reply.nanos());
        }
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = reply.nanos();
    }

    public synchronized int total() {
        return count;
    }

    /// How many had this status.
    public synchronized int status(int status) {
        return byOutcome.getOrDefault(Integer.toString(status), 0);
    }

    /// How many were not 2xx, no response included.
    public synchronized int failed() {
        return byOutcome.entrySet().stream()
                .filter(e -> !(e.getKey().length() == 3 && e.getKey().startsWith("2")))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /// For how long after a moment requests were sent that failed; zero when none was.
    ///
    /// @param sinceNanos by [System#nanoTime]
    public synchronized Duration failedFor(long sinceNanos) {
        return failed() == 0
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, lastFailedSentNanos - sinceNanos));
    }

    /// How many fell into this group.
    public synchronized int inGroup(String name) {
        return byGroup.getOrDefault(name, 0);
    }

    public synchronized Map<String, Integer> groups() {
        return new TreeMap<>(byGroup);
    }

    /// A percentile of the times taken; zero when nothing was sent.
    public synchronized Duration percentile(double percent) {
        if (count == 0) {
            return Duration.ZERO;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        int index = (int) Math.ceil(percent / 100 * count) - 1;
        return Duration.ofNanos(sorted[Math.clamp(index, 0, count - 1)]);
    }

    /// Statuses and failures with their counts, for people.
    @Override
    public synchronized String toString() {
        return byOutcome.toString();
    }
}
