package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.BalancerStats;
import io.meltemi.proxy.cluster.LbSettings;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Keeps requests in the proxy's own zone as far as that zone has its share of endpoints. Confined
/// to its event loop. `HOT`.
///
/// Envoy: each zone has a share of the proxies (the local cluster) and a share of the endpoints;
/// what the own zone's endpoints cannot take goes to zones that have more endpoints than proxies.
final class Zones {
    private static final int WHOLE = 10_000;

    private final LbSettings.ZoneAware settings;
    private final BalancerStats stats;
    private final Picker[] pickers;
    private final boolean direct;
    private final boolean localPanic;
    private final long ownShare;
    private final long[] residual;

    private Zones(
            LbSettings.ZoneAware settings,
            BalancerStats stats,
            Picker[] pickers,
            long[] upstream,
            long[] local,
            boolean hasOwn,
            boolean localPanic) {
        this.settings = settings;
        this.stats = stats;
        this.pickers = pickers;
        this.localPanic = localPanic;
        this.direct = hasOwn && upstream[0] >= local[0];
        this.ownShare = !hasOwn || direct ? 0 : upstream[0] * WHOLE / local[0];
        this.residual = new long[upstream.length];
        long sum = 0;
        for (int i = 0; i < upstream.length; i++) {
            sum += Math.max(0, upstream[i] - local[i]);
            residual[i] = sum;
        }
    }

    /// Null when zones play no role for these endpoints.
    ///
    /// @param local the proxies of the local cluster
    static @Nullable Zones of(
            HostSet upstream,
            HostSet local,
            LbSettings settings,
            Pickers pickers,
            BalancerStats stats) {
        LbSettings.ZoneAware zoneAware = settings.zoneAware();
        if (zoneAware == null) {
            return null;
        }
        stats.recalculatedZones.increment();
        List<HostSet.Locality> zones = upstream.localities();
        if (local.localities().size() < 2 || upstream.members().healthy().isEmpty()) {
            return null;
        }
        if (!local.hasOwn() || local.localities().getFirst().members().all().isEmpty()) {
            stats.localClusterNotOk.increment();
            return null;
        }
        int healthy = upstream.members().healthy().size();
        if (healthy < zoneAware.minClusterSize()) {
            stats.zoneClusterTooSmall.increment();
            return null;
        }
        int n = zones.size();
        long[] ofUpstream = new long[n];
        long[] ofLocal = new long[n];
        Picker[] each = new Picker[n];
        int proxies = local.members().healthy().size();
        for (int i = 0; i < n; i++) {
            HostSet.Locality zone = zones.get(i);
            ofUpstream[i] = (long) WHOLE * zone.members().healthy().size() / healthy;
            ofLocal[i] = proxies == 0 ? 0 : (long) WHOLE * count(local, zone) / proxies;
            each[i] = pickers.of(zone.members().healthy());
        }
        boolean panic = PriorityLoad.isInPanic(local, settings.panicThreshold());
        return new Zones(zoneAware, stats, each, ofUpstream, ofLocal, upstream.hasOwn(), panic);
    }

    private static int count(HostSet local, HostSet.Locality zone) {
        for (HostSet.Locality each : local.localities()) {
            if (each.name().equals(zone.name())) {
                return each.members().healthy().size();
            }
        }
        return 0;
    }

    /// The zone for a request; null: any.
    @Nullable Picker choose(SplittableRandom random) {
        if (settings.routingEnabled() < 100
                && random.nextDouble() * 100 >= settings.routingEnabled()) {
            return null;
        }
        if (localPanic) {
            stats.localClusterNotOk.increment();
            return null;
        }
        if (direct) {
            stats.zoneRoutedDirectly.increment();
            return pickers[0];
        }
        if (random.nextInt(WHOLE) < ownShare) {
            stats.zoneRoutedSampled.increment();
            return pickers[0];
        }
        stats.zoneRoutedAcross.increment();
        long left = residual[residual.length - 1];
        if (left == 0) {
            stats.zoneNoCapacityLeft.increment();
            return pickers[random.nextInt(pickers.length)];
        }
        long threshold = random.nextLong(left);
        int i = 0;
        while (threshold >= residual[i]) {
            i++;
        }
        return pickers[i];
    }
}
