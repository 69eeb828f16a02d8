package io.meltemi.proxy;

import io.meltemi.proxy.config.ListenerCompiler.CompiledListener;
import io.meltemi.proxy.listener.ListenerStats;
import io.meltemi.proxy.xds.Wish;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One listener of the configuration with its life in this process. Confined to the configuration
/// thread.
final class ActiveListener {
    final CompiledListener compiled;
    final ListenerStats stats;
    final Set<Wish> wishes;
    final boolean isStatic;
    final String version;
    final long createdMillis = System.currentTimeMillis();

    /// The sockets' addresses, in the order of the configured ones.
    final List<SocketAddress> sockets = new ArrayList<>();

    @Nullable SocketAddress bound;

    ActiveListener(
            CompiledListener compiled,
            ListenerStats stats,
            Set<Wish> wishes,
            boolean isStatic,
            String version) {
        this.compiled = compiled;
        this.stats = stats;
        this.wishes = wishes;
        this.isStatic = isStatic;
        this.version = version;
    }

    String name() {
        return compiled.settings().name();
    }
}
