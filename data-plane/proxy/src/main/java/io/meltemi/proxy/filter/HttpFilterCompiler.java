package io.meltemi.proxy.filter;

import com.google.protobuf.Any;
import io.meltemi.proxy.config.check.ConfigPlace;
import org.jspecify.annotations.Nullable;

/// Makes one kind of filter of its configuration. Immutable: pure functions.
@FunctionalInterface
public interface HttpFilterCompiler {
    /// @param name the filter's name in its connection manager, for per-route configuration
    /// @return null when the configuration was refused at `at`
    @Nullable HttpFilter compile(String name, Any config, ConfigPlace at, FilterContext context);

    /// What a route says to the filter, ready for [FilterStream#routeConfig].
    @FunctionalInterface
    interface PerRoute {
        /// @return null when the configuration was refused at `at`
        @Nullable Object compile(Any config, ConfigPlace at, FilterContext context);
    }
}
