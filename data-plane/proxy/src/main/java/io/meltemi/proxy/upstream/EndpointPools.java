package io.meltemi.proxy.upstream;

import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The pools of one endpoint on one worker: one for each HTTP version, priority and
/// [TransportOptions] in use. Confined to its event loop.
final class EndpointPools {
    /// Names and clients are as many as there may be: the oldest go at this number.
    private static final int MAX_OPTIONS = 256;

    private final EnumMap<UpstreamHttp.Protocol, EndpointPool> usual =
            new EnumMap<>(UpstreamHttp.Protocol.class);
    private final EnumMap<UpstreamHttp.Protocol, EndpointPool> high =
            new EnumMap<>(UpstreamHttp.Protocol.class);

    /// By what requests want; made with the first one.
    private @Nullable Map<TransportOptions, EndpointPools> byOptions;

    @Nullable EndpointPool find(
            UpstreamHttp.Protocol protocol,
            boolean highPriority,
            @Nullable TransportOptions options) {
        if (options == null) {
            return (highPriority ? high : usual).get(protocol);
        }
        EndpointPools its = byOptions == null ? null : byOptions.get(options);
        return its == null ? null : its.find(protocol, highPriority, null);
    }

    void add(
            UpstreamHttp.Protocol protocol,
            boolean highPriority,
            @Nullable TransportOptions options,
            EndpointPool pool) {
        if (options == null) {
            (highPriority ? high : usual).put(protocol, pool);
            return;
        }
        if (byOptions == null) {
            byOptions = new LinkedHashMap<>();
        }
        if (byOptions.size() >= MAX_OPTIONS && !byOptions.containsKey(options)) {
            TransportOptions oldest = byOptions.keySet().iterator().next();
            EndpointPools gone = byOptions.remove(oldest);
            if (gone != null) {
                gone.drain();
            }
        }
        byOptions
                .computeIfAbsent(options, _ -> new EndpointPools())
                .add(protocol, highPriority, null, pool);
    }

    /// Lets running streams end and closes everything.
    void drain() {
        usual.values().forEach(EndpointPool::drain);
        high.values().forEach(EndpointPool::drain);
        if (byOptions != null) {
            byOptions.values().forEach(EndpointPools::drain);
        }
    }

    /// Closes everything at once.
    void close() {
        usual.values().forEach(EndpointPool::close);
        high.values().forEach(EndpointPool::close);
        if (byOptions != null) {
            byOptions.values().forEach(EndpointPools::close);
        }
    }

    boolean isIdle() {
        return usual.values().stream().allMatch(EndpointPool::isIdle)
                && high.values().stream().allMatch(EndpointPool::isIdle)
                && (byOptions == null
                        || byOptions.values().stream().allMatch(EndpointPools::isIdle));
    }
}
