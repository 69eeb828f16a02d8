package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.decide.route.ScopeKeyBuilder;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Routes of which each scope has its own (`scoped_routes`). Thread-safe.
///
/// Envoy: a request without a key, or with one that is no scope's, has no route.
///
/// @param keys which scope a request is in
/// @param scopes the routes of each key that is there now
public record ScopedRoutes(
        ScopeKeyBuilder keys, Function<List<String>, @Nullable RouteSource> scopes)
        implements RouteSource {
    @Override
    public @Nullable RouteTable get() {
        return null;
    }

    @Override
    public @Nullable RouteSource scope(HeaderMap request) {
        List<String> key = keys.key(request);
        return key == null ? null : scopes.apply(key);
    }
}
