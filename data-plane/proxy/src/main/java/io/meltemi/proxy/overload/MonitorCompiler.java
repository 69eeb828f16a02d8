package io.meltemi.proxy.overload;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.resource_monitors.cpu_utilization.v3.CpuUtilizationConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.injected_resource.v3.InjectedResourceConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.overload.monitor.FixedHeap;
import io.meltemi.proxy.overload.monitor.HostCpu;
import io.meltemi.proxy.overload.monitor.InjectedResource;
import io.meltemi.proxy.overload.monitor.ResourceMonitor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles the resources the overload manager watches. Confined to one compilation.
final class MonitorCompiler {
    private static final Path PROCESSOR_TIMES = Path.of("/proc/stat");

    private final Map<String, ResourceMonitor> monitors = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    private long mostConnections;

    void add(io.envoyproxy.envoy.config.overload.v3.ResourceMonitor proto, ConfigPlace at) {
        if (!names.add(proto.getName())) {
            at.field("name").refuse("'" + proto.getName() + "' is used twice");
            return;
        }
        Any config = proto.getTypedConfig();
        ConfigPlace place = at.field("typed_config");
        boolean counts = config.getTypeUrl().endsWith(".DownstreamConnectionsConfig");
        if (counts != proto.getName().equals(OverloadSettings.CONNECTIONS)) {
            at.field("name")
                    .refuse(
                            "a DownstreamConnectionsConfig and nothing else is named '"
                                    + OverloadSettings.CONNECTIONS
                                    + "'");
            return;
        }
        if (counts) {
            connections(config, place);
            return;
        }
        ResourceMonitor monitor = monitor(config, place);
        if (monitor != null) {
            monitors.put(proto.getName(), monitor);
        }
    }

    private static @Nullable ResourceMonitor monitor(Any config, ConfigPlace place) {
        String type = config.getTypeUrl().substring(config.getTypeUrl().lastIndexOf('.') + 1);
        return switch (type) {
            case "FixedHeapConfig" -> heap(config, place);
            case "InjectedResourceConfig" -> injected(config, place);
            case "CpuUtilizationConfig" -> processors(config, place);
            default -> {
                place.refuse("'" + config.getTypeUrl() + "' is not supported");
                yield null;
            }
        };
    }

    private void connections(Any config, ConfigPlace place) {
        var proto = OverloadCompiler.open(config, DownstreamConnectionsConfig.class, place);
        if (proto != null) {
            mostConnections = proto.getMaxActiveDownstreamConnections();
            if (mostConnections <= 0) {
                place.field("max_active_downstream_connections").refuse("must be more than 0");
            }
        }
    }

    private static @Nullable ResourceMonitor heap(Any config, ConfigPlace place) {
        var proto = OverloadCompiler.open(config, FixedHeapConfig.class, place);
        if (proto == null) {
            return null;
        }
        if (proto.getMaxHeapSizeBytes() <= 0) {
            place.field("max_heap_size_bytes").refuse("must be between 1 and 2^63 - 1");
            return null;
        }
        return new FixedHeap(proto.getMaxHeapSizeBytes());
    }

    private static @Nullable ResourceMonitor injected(Any config, ConfigPlace place) {
        var proto = OverloadCompiler.open(config, InjectedResourceConfig.class, place);
        if (proto == null) {
            return null;
        }
        if (proto.getFilename().isEmpty()) {
            place.field("filename").refuse("is empty");
            return null;
        }
        return new InjectedResource(Path.of(proto.getFilename()));
    }

    private static @Nullable ResourceMonitor processors(Any config, ConfigPlace place) {
        var proto = OverloadCompiler.open(config, CpuUtilizationConfig.class, place);
        if (proto == null) {
            return null;
        }
        if (proto.getMode() != CpuUtilizationConfig.UtilizationComputeStrategy.HOST) {
            place.field("mode").refuse(proto.getMode() + " is not supported yet, only HOST is");
            return null;
        }
        return new HostCpu(PROCESSOR_TIMES);
    }

    /// Whether a trigger can name it.
    boolean has(String name, boolean byConnections) {
        return names.contains(name)
                && (byConnections || !name.equals(OverloadSettings.CONNECTIONS));
    }

    Map<String, ResourceMonitor> compiled() {
        return monitors;
    }

    /// Zero when nothing limits them.
    long mostConnections() {
        return mostConnections;
    }
}
