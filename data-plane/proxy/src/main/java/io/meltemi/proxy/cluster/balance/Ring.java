package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.LbPolicy;
import io.meltemi.proxy.decide.route.XxHash64;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A hash ring as Envoy builds it (Ketama): each endpoint stands on it many times, and a hash leads
/// to the next one clockwise. Immutable.
final class Ring implements HashTable {
    /// The seed of C++'s standard hash, which Envoy takes for Murmur.
    private static final long MURMUR_SEED = 0xc70f6907L;

    private final long[] hashes;
    private final Endpoint[] endpoints;

    private record Place(long hash, Endpoint endpoint) {}

    /// The least of the endpoints gets a whole number of places; `maxSize` goes before `minSize`.
    Ring(NormalizedHosts hosts, LbPolicy.RingHash policy) {
        List<Place> places = new ArrayList<>();
        double scale =
                hosts.endpoints().isEmpty()
                        ? 0
                        : Math.min(
                                Math.ceil(hosts.least() * (double) policy.minSize())
                                        / hosts.least(),
                                (double) policy.maxSize());
        double current = 0;
        double target = 0;
        for (int i = 0; i < hosts.endpoints().size(); i++) {
            Endpoint endpoint = hosts.endpoints().get(i);
            String key = NormalizedHosts.key(endpoint, policy.hashing().byHostname()) + '_';
            target += scale * hosts.weights()[i];
            for (int n = 0; current < target; n++, current++) {
                byte[] bytes = (key + n).getBytes(StandardCharsets.UTF_8);
                long hash =
                        policy.murmur()
                                ? MurmurHash2.hash(bytes, MURMUR_SEED)
                                : XxHash64.hash(bytes);
                places.add(new Place(hash, endpoint));
            }
        }
        places.sort(Comparator.comparingLong(place -> place.hash() ^ Long.MIN_VALUE));
        hashes = places.stream().mapToLong(Place::hash).toArray();
        endpoints = places.stream().map(Place::endpoint).toArray(Endpoint[]::new);
    }

    @Override
    public @Nullable Endpoint find(long hash, int attempt) {
        int n = hashes.length;
        if (n == 0) {
            return null;
        }
        int low = 0;
        int high = n;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(hashes[middle], hash) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        int at = low == n ? 0 : low;
        return endpoints[attempt == 0 ? at : (at + attempt) % n];
    }

    int size() {
        return hashes.length;
    }
}
