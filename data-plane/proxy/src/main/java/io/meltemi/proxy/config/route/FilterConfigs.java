package io.meltemi.proxy.config.route;

import com.google.protobuf.Any;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.runtime.RuntimeKeys;
import org.jspecify.annotations.Nullable;

/// Compiles what a route says to a filter (`typed_per_filter_config`).
@FunctionalInterface
public interface FilterConfigs {
    /// @param filterName the filter's name in its connection manager
    /// @return what the filter will get, or null when it was refused at `at`
    @Nullable Object compile(String filterName, Any config, ConfigPlace at);

    /// Where what is compiled reads runtime values.
    default RuntimeKeys runtime() {
        return RuntimeKeys.NONE;
    }
}
