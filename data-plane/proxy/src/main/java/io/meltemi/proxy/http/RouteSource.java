package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.route.RouteTable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The routes in force, which others may follow; null while RDS brought none. Thread-safe.
@FunctionalInterface
public interface RouteSource extends Supplier<@Nullable RouteTable> {
    /// Who is asked for virtual hosts that are not there yet; null: nobody.
    default @Nullable HostLookup lookup() {
        return null;
    }

    /// The routes for a request, where several scopes have their own; null: it is in none of them.
    default @Nullable RouteSource scope(HeaderMap request) {
        return this;
    }
}
