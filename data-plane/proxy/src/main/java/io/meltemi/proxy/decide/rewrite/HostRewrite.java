package io.meltemi.proxy.decide.rewrite;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/// How a route changes the host, compiled. Immutable.
public sealed interface HostRewrite {
    record Literal(String host) implements HostRewrite {}

    /// A weighted cluster's own host, set without a trace of the old one, before what its route
    /// says.
    ///
    /// @param then what the route says; null: nothing
    record OfCluster(String host, @Nullable HostRewrite then) implements HostRewrite {}

    /// The name of the endpoint that is chosen, where it has one.
    record Auto() implements HostRewrite {}

    /// The value of a request header, where there is one.
    record FromHeader(String name) implements HostRewrite {}

    /// Made of the path.
    record FromPath(Pattern pattern, Substitution substitution) implements HostRewrite {}
}
