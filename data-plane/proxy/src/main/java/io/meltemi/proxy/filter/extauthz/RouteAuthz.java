package io.meltemi.proxy.filter.extauthz;

import io.meltemi.proxy.config.route.LayeredConfig;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a route says to the filter. Immutable.
///
/// Envoy: `context_extensions` of all levels add up; what else is said is the innermost level's.
///
/// @param body null: the filter's own
record RouteAuthz(
        boolean disabled,
        Map<String, String> extensions,
        boolean withoutBody,
        ExtAuthzSettings.@Nullable Body body)
        implements LayeredConfig {
    static final RouteAuthz NONE = new RouteAuthz(false, Map.of(), false, null);

    RouteAuthz {
        extensions = Map.copyOf(extensions);
    }

    @Override
    public Object above(Object outer) {
        if (!(outer instanceof RouteAuthz rest)) {
            return this;
        }
        Map<String, String> all = new HashMap<>(rest.extensions);
        all.putAll(extensions);
        return new RouteAuthz(disabled, all, withoutBody, body);
    }
}
