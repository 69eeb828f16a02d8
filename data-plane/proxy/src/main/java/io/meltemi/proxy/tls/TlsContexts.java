package io.meltemi.proxy.tls;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Compiles TLS configuration; equal configurations share one context. Thread-safe.
public final class TlsContexts implements AutoCloseable {
    private final SecretStore secrets;
    private final StatsStore stats;
    private final ContextFactory factory;
    private final TicketKeys tickets = new TicketKeys();
    private final Runnable stopWatching;

    /// By configuration, while somebody holds it. Guarded by this.
    private final Map<Message, ContextSource> sources = new HashMap<>();

    /// By listener or cluster, while it is there. Guarded by this.
    private final Map<String, TlsStats> statsByOwner = new HashMap<>();

    public TlsContexts(SecretStore secrets, StatsStore stats) {
        this(secrets, stats, new ContextFactory());
    }

    TlsContexts(SecretStore secrets, StatsStore stats, ContextFactory factory) {
        this.secrets = secrets;
        this.stats = stats;
        this.factory = factory;
        this.stopWatching = secrets.watch(this::secretChanged);
    }

    /// @param path where the configuration stands, for messages
    /// @param owner what its statistics begin with: `listener.ADDRESS.`
    /// @throws TlsConfigException naming every unsupported or wrong field
    public DownstreamTls downstream(DownstreamTlsContext config, String path, String owner) {
        ContextSource source = source(config, () -> TlsRecipes.downstream(config, path));
        return new DownstreamTls(this, config, source, watched(source, owner, true));
    }

    /// @param path where the configuration stands, for messages
    /// @param owner what its statistics begin with: `cluster.NAME.`
    /// @throws TlsConfigException naming every unsupported or wrong field
    public UpstreamTls upstream(UpstreamTlsContext config, String path, String owner) {
        ContextSource source = source(config, () -> TlsRecipes.upstream(config, path));
        return new UpstreamTls(this, config, source, watched(source, owner, false));
    }

    private synchronized TlsStats watched(ContextSource source, String owner, boolean server) {
        TlsStats its = statsByOwner.computeIfAbsent(owner, o -> new TlsStats(stats, o, server));
        source.watch(its);
        return its;
    }

    /// Ends the statistics of a listener or cluster that is gone.
    public synchronized void forget(String owner) {
        TlsStats gone = statsByOwner.remove(owner);
        if (gone != null) {
            sources.values().forEach(source -> source.forget(gone));
            gone.close();
        }
    }

    private synchronized ContextSource source(Message config, Supplier<TlsRecipe> recipe) {
        ContextSource source = sources.get(config);
        if (source == null) {
            source = new ContextSource(recipe.get(), secrets, factory, tickets);
            if (source.secretNames().isEmpty()) {
                // All there is known: what cannot work is refused now, not by a connection.
                CountedContext context = source.acquire();
                if (context != null) {
                    context.release();
                }
            }
            sources.put(config, source);
        }
        source.handedOut();
        return source;
    }

    synchronized void handBack(Message config, ContextSource source) {
        if (source.handedBack()) {
            sources.remove(config, source);
            source.drop();
        }
    }

    private void secretChanged(String name) {
        for (ContextSource source : snapshot()) {
            source.secretChanged(name);
        }
    }

    /// Seals session tickets with a new key from now on; tickets of the key before stay good. For a
    /// timer: nobody should be able to open old traffic for longer than a day.
    public void rotateTicketKeys() {
        tickets.rotate();
        for (ContextSource source : snapshot()) {
            if (source.recipe().isServer()) {
                source.drop();
            }
        }
    }

    private synchronized ContextSource[] snapshot() {
        return sources.values().toArray(new ContextSource[0]);
    }

    /// The configurations that are held, for the admin page.
    synchronized List<Message> configurations() {
        return List.copyOf(sources.keySet());
    }

    /// How many configurations are held; for tests and the admin page.
    public synchronized int size() {
        return sources.size();
    }

    /// Stops listening to secrets and drops all contexts; open connections go on, new ones fail.
    @Override
    public void close() {
        stopWatching.run();
        for (ContextSource source : snapshot()) {
            source.end();
        }
    }
}
