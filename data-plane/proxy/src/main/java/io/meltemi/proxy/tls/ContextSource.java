package io.meltemi.proxy.tls;

import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One TLS configuration and the native context of its present secrets. Thread-safe.
///
/// The context is made when the first connection wants it (a thousand clusters nobody calls cost
/// nothing) and dropped when a secret changes; connections keep what they have.
final class ContextSource {
    private final TlsRecipe recipe;
    private final SecretStore secrets;
    private final ContextFactory factory;
    private final TicketKeys tickets;
    private final TlsStats stats = new TlsStats();
    private final AtomicReference<@Nullable CountedContext> current = new AtomicReference<>();
    private final AtomicInteger handles = new AtomicInteger();

    ContextSource(
            TlsRecipe recipe, SecretStore secrets, ContextFactory factory, TicketKeys tickets) {
        this.recipe = recipe;
        this.secrets = secrets;
        this.factory = factory;
        this.tickets = tickets;
    }

    TlsRecipe recipe() {
        return recipe;
    }

    TlsStats stats() {
        return stats;
    }

    boolean isReady() {
        for (String name : recipe.secretNames()) {
            if (!secrets.contains(name)) {
                return false;
            }
        }
        return true;
    }

    /// A context the caller has to release; null while secrets are missing.
    @Nullable CountedContext acquire() {
        while (true) {
            CountedContext context = current.get();
            if (context == null) {
                context = make();
                if (context == null) {
                    return null;
                }
                if (!current.compareAndSet(null, context)) {
                    context.release();
                    continue;
                }
                // A secret may have changed while the context was being made.
                dropIfStale();
                continue;
            }
            if (context.retain()) {
                return context;
            }
        }
    }

    private @Nullable CountedContext make() {
        StoredSecret.Certificate certificate = null;
        StoredSecret.Validation validation = null;
        if (!recipe.certificateSecret().isEmpty()) {
            certificate =
                    secrets.find(recipe.certificateSecret())
                                    instanceof StoredSecret.Certificate found
                            ? found
                            : null;
            if (certificate == null) {
                return null;
            }
        }
        if (!recipe.validationSecret().isEmpty()) {
            validation =
                    secrets.find(recipe.validationSecret()) instanceof StoredSecret.Validation found
                            ? found
                            : null;
            if (validation == null) {
                return null;
            }
        }
        return factory.make(recipe, certificate, validation, tickets);
    }

    void secretChanged(String name) {
        if (recipe.secretNames().contains(name)) {
            dropIfStale();
        }
    }

    private void dropIfStale() {
        CountedContext context = current.get();
        if (context != null
                && (!isPresent(recipe.certificateSecret(), context.certificate)
                        || !isPresent(recipe.validationSecret(), context.validation))) {
            drop(context);
        }
    }

    @SuppressWarnings("ReferenceEquality") // identity is the version
    private boolean isPresent(String name, @Nullable StoredSecret used) {
        return name.isEmpty() || secrets.find(name) == used;
    }

    /// New ticket keys need a new context: the next connection makes it.
    void drop() {
        CountedContext context = current.get();
        if (context != null) {
            drop(context);
        }
    }

    private void drop(CountedContext context) {
        if (current.compareAndSet(context, null)) {
            context.release();
        }
    }

    void handedOut() {
        handles.incrementAndGet();
    }

    /// True when nobody is left.
    boolean handedBack() {
        return handles.decrementAndGet() == 0;
    }

    Set<String> secretNames() {
        return recipe.secretNames();
    }
}
