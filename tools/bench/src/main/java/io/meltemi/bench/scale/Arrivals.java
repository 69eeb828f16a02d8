package io.meltemi.bench.scale;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// When each proxy had everything that one change means for it. Thread-safe.
final class Arrivals {
    private static final long LONGEST_SECONDS = 180;

    private final long began = System.nanoTime();
    private final AtomicIntegerArray missing;
    private final long[] nanos;
    private final AtomicLong bytes = new AtomicLong();
    private final CountDownLatch all;
    private volatile @Nullable IOException failure;

    /// @param types that have to come, as bits
    Arrivals(int proxies, int types) {
        missing = new AtomicIntegerArray(proxies);
        for (int i = 0; i < proxies; i++) {
            missing.set(i, types);
        }
        nanos = new long[proxies];
        all = new CountDownLatch(proxies);
    }

    /// A proxy has a response as a whole. Called by the proxy's thread alone.
    void came(int proxy, Wanted type, long size) {
        bytes.addAndGet(size);
        int before = missing.get(proxy);
        int after = before & ~type.bit();
        missing.set(proxy, after);
        if (before != 0 && after == 0) {
            nanos[proxy] = System.nanoTime() - began;
            all.countDown();
        }
    }

    /// A proxy is gone: nobody waits any longer.
    void fail(IOException why) {
        failure = why;
        while (all.getCount() > 0) {
            all.countDown();
        }
    }

    /// @throws IOException when some proxy waits in vain or is gone
    void await() throws IOException {
        try {
            boolean isOver = all.await(LONGEST_SECONDS, TimeUnit.SECONDS);
            IOException lost = failure;
            if (lost != null) {
                throw new IOException("a proxy lost its stream", lost);
            }
            if (!isOver) {
                throw new IOException(
                        all.getCount()
                                + " proxies lack the change after "
                                + LONGEST_SECONDS
                                + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Bytes of all responses so far.
    long bytes() {
        return bytes.get();
    }

    /// The time in milliseconds after which so many of a hundred proxies had it.
    double millis(int percent) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        int index = Math.min(sorted.length - 1, sorted.length * percent / 100);
        return sorted[index] / 1e6;
    }
}
