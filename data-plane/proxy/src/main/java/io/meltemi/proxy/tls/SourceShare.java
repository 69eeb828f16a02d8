package io.meltemi.proxy.tls;

import com.google.protobuf.Message;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;

/// One user's share of a context source, given back once: when its owner is closed, or when nobody
/// has the owner any more. Thread-safe.
///
/// Compiled configuration is dropped by forgetting it, wherever that happens: an update, a refusal,
/// the last connection of a drained filter chain. Native contexts have to follow.
final class SourceShare implements Runnable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final TlsContexts contexts;
    private final Message config;
    private final ContextSource source;
    private final AtomicBoolean givenBack = new AtomicBoolean();

    private SourceShare(TlsContexts contexts, Message config, ContextSource source) {
        this.contexts = contexts;
        this.config = config;
        this.source = source;
    }

    /// @param owner must not be reachable from what is handed in here
    static Cleaner.Cleanable of(
            Object owner, TlsContexts contexts, Message config, ContextSource source) {
        return CLEANER.register(owner, new SourceShare(contexts, config, source));
    }

    @Override
    public void run() {
        if (givenBack.compareAndSet(false, true)) {
            contexts.handBack(config, source);
        }
    }
}
