package io.meltemi.proxy.listener;

import io.meltemi.proxy.observe.stats.Counter;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/// The PROXY header that precedes a listener's connections, compiled. Immutable.
///
/// @param enabled which connections have one, by their destination
/// @param optional whether a connection without one is taken as it is
public record ProxyProtocol(
        Predicate<InetSocketAddress> enabled,
        boolean optional,
        Counter notFoundAllowed,
        Counter notFoundDisallowed,
        Version v1,
        Version v2) {
    /// What happens to headers of one version. Immutable.
    public record Version(boolean allowed, Counter found, Counter disallowed, Counter error) {}
}
