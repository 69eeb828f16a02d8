package io.meltemi.proxy.upstream;

import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The pools of one endpoint on one worker: one for each HTTP version, priority and requested name
/// in use. Confined to its event loop.
final class EndpointPools {
    /// Names are as many as clients like: the ones asked for first go at this number.
    private static final int MAX_NAMES = 256;

    private final EnumMap<UpstreamHttp.Protocol, EndpointPool> usual =
            new EnumMap<>(UpstreamHttp.Protocol.class);
    private final EnumMap<UpstreamHttp.Protocol, EndpointPool> high =
            new EnumMap<>(UpstreamHttp.Protocol.class);

    /// By requested name; made with the first one.
    private @Nullable Map<String, EndpointPools> byName;

    @Nullable EndpointPool find(
            UpstreamHttp.Protocol protocol, boolean highPriority, @Nullable String name) {
        if (name == null) {
            return (highPriority ? high : usual).get(protocol);
        }
        EndpointPools its = byName == null ? null : byName.get(name);
        return its == null ? null : its.find(protocol, highPriority, null);
    }

    void add(
            UpstreamHttp.Protocol protocol,
            boolean highPriority,
            @Nullable String name,
            EndpointPool pool) {
        if (name == null) {
            (highPriority ? high : usual).put(protocol, pool);
            return;
        }
        if (byName == null) {
            byName = new LinkedHashMap<>();
        }
        if (byName.size() >= MAX_NAMES && !byName.containsKey(name)) {
            String oldest = byName.keySet().iterator().next();
            EndpointPools gone = byName.remove(oldest);
            if (gone != null) {
                gone.drain();
            }
        }
        byName.computeIfAbsent(name, _ -> new EndpointPools())
                .add(protocol, highPriority, null, pool);
    }

    /// Lets running streams end and closes everything.
    void drain() {
        usual.values().forEach(EndpointPool::drain);
        high.values().forEach(EndpointPool::drain);
        if (byName != null) {
            byName.values().forEach(EndpointPools::drain);
        }
    }

    /// Closes everything at once.
    void close() {
        usual.values().forEach(EndpointPool::close);
        high.values().forEach(EndpointPool::close);
        if (byName != null) {
            byName.values().forEach(EndpointPools::close);
        }
    }

    boolean isIdle() {
        return usual.values().stream().allMatch(EndpointPool::isIdle)
                && high.values().stream().allMatch(EndpointPool::isIdle)
                && (byName == null || byName.values().stream().allMatch(EndpointPools::isIdle));
    }
}
