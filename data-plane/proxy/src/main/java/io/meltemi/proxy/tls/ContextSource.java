package io.meltemi.proxy.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One TLS configuration and the native context of its present secrets. Thread-safe.
///
/// The context is made when the first connection wants it (a thousand clusters nobody calls cost
/// nothing) and dropped when a secret changes; connections keep what they have.
final class ContextSource {
    /// Filters may come and go with other wishes, for as long as a cluster stays: these all go
    /// then.
    private static final int MAX_VARIANTS = 32;

    private final TlsRecipe recipe;
    private final SecretStore secrets;
    private final ContextFactory factory;
    private final TicketKeys tickets;

    /// Of the listeners and clusters that use it.
    private final Set<TlsStats> watching = ConcurrentHashMap.newKeySet();

    private final AtomicReference<@Nullable CountedContext> current = new AtomicReference<>();

    /// For connections that need more than the configuration says; made with the first of them. As
    /// many as there are kinds of pools and of filters that say what to offer.
    private final Map<Variant, ContextSource> variants = new ConcurrentHashMap<>();

    private final AtomicInteger handles = new AtomicInteger();
    private volatile boolean over;

    ContextSource(
            TlsRecipe recipe, SecretStore secrets, ContextFactory factory, TicketKeys tickets) {
        this.recipe = recipe;
        this.secrets = secrets;
        this.factory = factory;
        this.tickets = tickets;
    }

    /// What connections may need beyond the configuration. Immutable.
    private record Variant(boolean verified, List<String> offered) {}

    /// The context for a connection with more wishes; see [#acquire()].
    ///
    /// @param verified whether the server has to have the name it was asked for
    @Nullable CountedContext acquire(boolean verified, AlpnOffer offer) {
        ContextSource chosen = of(verified, offer);
        CountedContext context = chosen.acquire();
        // Dropped meanwhile for newer ones: made once more.
        return context == null && chosen.over && !over ? of(verified, offer).acquire() : context;
    }

    private ContextSource of(boolean verified, AlpnOffer offer) {
        List<String> own = recipe.applicationProtocols();
        List<String> offered =
                switch (offer) {
                    case AlpnOffer.Fallback(List<String> names) -> own.isEmpty() ? names : own;
                    case AlpnOffer.Instead(List<String> names) -> names;
                };
        if (!verified && offered.equals(own)) {
            return this;
        }
        Variant variant = new Variant(verified, offered);
        ContextSource known = variants.get(variant);
        return known == null ? added(variant) : known;
    }

    /// One at a time, so that none is forgotten that has not ended.
    private synchronized ContextSource added(Variant variant) {
        if (variants.size() >= MAX_VARIANTS && !variants.containsKey(variant)) {
            variants.values().forEach(ContextSource::end);
            variants.clear();
        }
        return variants.computeIfAbsent(variant, this::made);
    }

    private ContextSource made(Variant variant) {
        TlsRecipe offering = recipe.offering(variant.offered());
        return new ContextSource(
                variant.verified() ? offering.verifyingServerName() : offering,
                secrets,
                factory,
                tickets);
    }

    TlsRecipe recipe() {
        return recipe;
    }

    /// Shows the end of its certificates there, now and when a secret changes.
    void watch(TlsStats stats) {
        if (watching.add(stats)) {
            Expirations.show(recipe, secrets, stats);
        }
    }

    void forget(TlsStats stats) {
        watching.remove(stats);
    }

    boolean isReady() {
        for (String name : recipe.secretNames()) {
            if (!secrets.contains(name)) {
                return false;
            }
        }
        return true;
    }

    /// A context the caller has to release; null while secrets are missing, and at the end.
    @Nullable CountedContext acquire() {
        while (!over) {
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
        return null;
    }

    /// No more contexts: the proxy ends.
    void end() {
        over = true;
        variants.values().forEach(ContextSource::end);
        drop();
    }

    private @Nullable CountedContext make() {
        List<StoredSecret.Certificate> certificates = new ArrayList<>();
        StoredSecret.Validation validation = null;
        for (String name : recipe.certificateSecrets()) {
            if (!(secrets.find(name) instanceof StoredSecret.Certificate found)) {
                return null;
            }
            certificates.add(found);
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
        return factory.make(recipe, certificates, validation, tickets);
    }

    void secretChanged(String name) {
        if (recipe.secretNames().contains(name)) {
            dropIfStale();
            variants.values().forEach(ContextSource::dropIfStale);
            for (TlsStats stats : watching) {
                stats.contextUpdates.increment();
                Expirations.show(recipe, secrets, stats);
            }
        }
    }

    private void dropIfStale() {
        CountedContext context = current.get();
        if (context != null
                && (!arePresent(context.certificates)
                        || !isPresent(recipe.validationSecret(), context.validation))) {
            drop(context);
        }
    }

    private boolean arePresent(List<StoredSecret.Certificate> used) {
        for (int i = 0; i < used.size(); i++) {
            if (!isPresent(recipe.certificateSecrets().get(i), used.get(i))) {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // identity is the version
    private boolean isPresent(String name, @Nullable StoredSecret used) {
        return name.isEmpty() || secrets.find(name) == used;
    }

    /// New ticket keys need a new context: the next connection makes it.
    void drop() {
        variants.values().forEach(ContextSource::drop);
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
