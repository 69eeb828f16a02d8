package io.meltemi.proxy.config.route;

import com.google.protobuf.Any;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.observe.stats.TrafficStats;
import io.meltemi.proxy.runtime.RuntimeKeys;
import org.jspecify.annotations.Nullable;

/// Compiles what a route says to a filter (`typed_per_filter_config`), and has what routes need of
/// their proxy.
@FunctionalInterface
public interface FilterConfigs {
    /// @param filterName the filter's name in its connection manager
    /// @return what the filter will get, or null when it was refused at `at`
    @Nullable Object compile(String filterName, Any config, ConfigPlace at);

    /// Where what is compiled reads runtime values.
    default RuntimeKeys runtime() {
        return RuntimeKeys.NONE;
    }

    /// Statistics of routes and virtual clusters; unless somebody keeps them, nobody reads them.
    ///
    /// @param prefix with its last dot
    default TrafficStats traffic(String prefix) {
        return new TrafficStats(new StatsStore(1).scope(prefix));
    }
}
