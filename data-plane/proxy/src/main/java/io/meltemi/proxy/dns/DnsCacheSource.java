package io.meltemi.proxy.dns;

import io.meltemi.proxy.config.check.ConfigPlace;
import org.jspecify.annotations.Nullable;

/// Finds the cache that a configuration means. Thread-safe.
@FunctionalInterface
public interface DnsCacheSource {
    /// The cache of this name, made if there is none; null when there is one that is configured
    /// otherwise, which is refused at `at`.
    @Nullable DnsCache get(DnsCacheSettings settings, ConfigPlace at);
}
