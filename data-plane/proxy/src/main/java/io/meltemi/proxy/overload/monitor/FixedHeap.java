package io.meltemi.proxy.overload.monitor;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// `envoy.resource_monitors.fixed_heap`: what of a number of bytes is used. Confined to the thread
/// that asks.
///
/// Envoy asks its allocator. Here it is the heap as the last collection left it, because what could
/// be collected at any moment is not short, and the memory of buffers outside the heap.
public final class FixedHeap implements ResourceMonitor {
    private final long mostBytes;
    private final List<GarbageCollectorMXBean> collectors =
            ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
    private final List<BufferPoolMXBean> buffers =
            ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
    private final Set<String> heapPools =
            ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .map(MemoryPoolMXBean::getName)
                    .collect(Collectors.toUnmodifiableSet());

    /// @param mostBytes what counts as all of it
    public FixedHeap(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    @Override
    public double pressure() {
        return (double) (heapBytes() + outsideBytes()) / mostBytes;
    }

    /// Zero before the first collection.
    private long heapBytes() {
        GcInfo last = null;
        for (GarbageCollectorMXBean collector : collectors) {
            GcInfo its = collector.getLastGcInfo();
            if (its != null && (last == null || its.getEndTime() >= last.getEndTime())) {
                last = its;
            }
        }
        long bytes = 0;
        if (last != null) {
            for (Map.Entry<String, MemoryUsage> pool : last.getMemoryUsageAfterGc().entrySet()) {
                bytes += heapPools.contains(pool.getKey()) ? pool.getValue().getUsed() : 0;
            }
        }
        return bytes;
    }

    /// Netty counts what it takes past the JVM's books; otherwise it is in the pools of the JVM.
    private long outsideBytes() {
        long bytes = Math.max(0, PlatformDependent.usedDirectMemory());
        for (BufferPoolMXBean pool : buffers) {
            bytes += pool.getName().equals("direct") ? Math.max(0, pool.getMemoryUsed()) : 0;
        }
        return bytes;
    }
}
