package io.meltemi.proxy;

import io.meltemi.proxy.xds.Wish;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What the admin endpoint shows of the configuration. Confined to the configuration thread.
///
/// @param come whether nobody need wait for something any more
record ConfigurationView(
        ActiveClusters ofClusters,
        ActiveListeners ofListeners,
        ActiveRoutes ofRoutes,
        ActiveScopes scopes,
        ActiveExtensions ofExtensions,
        Predicate<Wish> come) {
    Map<String, ActiveCluster> clusters() {
        return ofClusters.inForce();
    }

    Map<String, ActiveCluster> warmingClusters() {
        return ofClusters.warming();
    }

    Map<String, ActiveListener> listeners() {
        return ofListeners.inForce();
    }

    Map<String, ActiveListener> warmingListeners() {
        return ofListeners.warming();
    }

    Collection<RefusedListener> refusedListeners() {
        return ofListeners.refused();
    }

    List<Map.Entry<String, RouteSlot>> routes() {
        return ofRoutes.byName();
    }

    /// Whether nobody need wait for it any more.
    boolean hasCome(Wish wish) {
        return come.test(wish);
    }
}
