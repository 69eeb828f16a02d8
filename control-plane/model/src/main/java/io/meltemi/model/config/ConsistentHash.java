package io.meltemi.model.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Calls that are alike get the same instance (Istio: `ConsistentHashLB`). Immutable.
///
/// @param key what makes calls alike; absent: nothing, each goes to any instance
public record ConsistentHash(Optional<HashKey> key, Table table) {
    /// What of a call is looked at.
    public sealed interface HashKey {
        record HttpHeader(String name) implements HashKey {}

        /// @param path of a cookie that the proxy makes
        /// @param ttl absent: the proxy makes none for clients without; zero: one for their session
        /// @param attributes that such a cookie has besides
        record HttpCookie(
                String name,
                Optional<String> path,
                Optional<Duration> ttl,
                List<CookieAttribute> attributes)
                implements HashKey {
            public HttpCookie {
                attributes = List.copyOf(attributes);
            }
        }

        /// The client's address.
        record SourceIp() implements HashKey {}

        record HttpQueryParameter(String name) implements HashKey {}
    }

    /// @param value empty: the name stands alone
    public record CookieAttribute(String name, String value) {}

    /// How instances are laid out.
    public sealed interface Table {
        /// @param minimumSize entries at least; absent: the proxy's choice, 1024
        record RingHash(OptionalLong minimumSize) implements Table {}

        /// @param size a prime number
        record Maglev(long size) implements Table {}
    }
}
