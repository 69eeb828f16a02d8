package io.meltemi.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A native TLS context with a count of who may still make connections from it; each connection
/// holds the native part on its own. Thread-safe.
final class CountedContext {
    private final SslContext context;
    private final AtomicInteger holders = new AtomicInteger(1);

    /// The secrets it was made of; by identity these are its version.
    final List<StoredSecret.Certificate> certificates;

    final @Nullable StoredSecret validation;
    final boolean verifiesPeers;

    /// Whether a peer's certificate has to come from somebody who is trusted, or is at least asked.
    final boolean verifiesChain;

    CountedContext(
            SslContext context,
            List<StoredSecret.Certificate> certificates,
            @Nullable StoredSecret validation,
            PeerRules rules) {
        this.context = context;
        this.certificates = List.copyOf(certificates);
        this.validation = validation;
        this.verifiesPeers = rules.provesNames();
        this.verifiesChain = rules.verifiesChain();
    }

    SslContext context() {
        return context;
    }

    /// False when it is gone already: take the new one.
    boolean retain() {
        int count = holders.get();
        while (count > 0) {
            if (holders.compareAndSet(count, count + 1)) {
                return true;
            }
            count = holders.get();
        }
        return false;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            ReferenceCountUtil.release(context);
        }
    }

    SslHandler newHandler(ByteBufAllocator allocator) {
        return context.newHandler(allocator);
    }

    /// @param host and port under which a client keeps sessions to resume
    SslHandler newHandler(ByteBufAllocator allocator, String host, int port) {
        return context.newHandler(allocator, host, port);
    }
}
