package io.meltemi.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.meltemi.xds.server.Ask.Interest;
import io.meltemi.xds.snapshot.LayeredResources;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.SharedLayer;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Looking only at what changed ends where looking at everything ends.
final class SubscriptionTest {
    private static final int NAMES = 12;
    private static final int STEPS = 400;
    private static final long SEEDS = 50;

    /// Of each resource.
    private static final int BYTES = 10;

    private static final Gate OPEN =
            new Gate() {
                @Override
                public boolean mayRemove(String name) {
                    return true;
                }

                @Override
                public boolean maySend(XdsResource resource, boolean isNew) {
                    return true;
                }
            };

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aProxyHasWhatItShouldAfterAnyChanges(boolean wildcard) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            play(new SplittableRandom(seed), wildcard, seed);
        }
    }

    private static void play(SplittableRandom random, boolean wildcard, long seed) {
        Subscription subscription =
                new Subscription(wildcard ? ResourceType.CLUSTER : ResourceType.ROUTE);
        Map<String, String> proxy = new HashMap<>();
        Set<String> asked = wildcard ? Set.of() : Set.of(name(1), name(2), name(3));
        subscription.apply(new Interest.Change(List.copyOf(asked), List.of(), Map.of()));
        SharedLayer layer = SharedLayer.of(Map.of());
        Map<String, XdsResource> desired = LayeredResources.of(layer, Map.of());
        for (int step = 0; step < STEPS; step++) {
            Map<String, XdsResource> next = new LinkedHashMap<>(layer.resources());
            String changed = name(random.nextInt(NAMES));
            if (random.nextInt(3) == 0) {
                next.remove(changed);
            } else {
                next.put(changed, resource(changed, random.nextInt(4)));
            }
            layer = layer.next(next);
            desired = LayeredResources.of(layer, Map.of("own", resource("own", step / 50)));
            if (random.nextInt(3) > 0) {
                Gate gate = random.nextBoolean() ? OPEN : half(random);
                Change change = subscription.next(desired, gate, random.nextInt(1, 3 * BYTES));
                take(change, subscription, proxy, random.nextInt(8) == 0);
            }
        }
        while (subscription.isSuspicious() || subscription.isChanged()) {
            take(subscription.next(desired, OPEN, NAMES * BYTES), subscription, proxy, false);
        }
        take(subscription.next(desired, OPEN, NAMES * BYTES), subscription, proxy, false);

        Map<String, String> expected = new HashMap<>();
        desired.forEach((name, resource) -> {
            if (wildcard || asked.contains(name)) {
                expected.put(name, resource.version());
            }
        });
        assertThat(proxy).as("seed %d", seed).isEqualTo(expected);
        assertThat(subscription.next(desired, OPEN, NAMES * BYTES).isEmpty())
                .as("seed %d", seed)
                .isTrue();
    }

    /// A proxy that refuses takes nothing, and is sent each resource once more.
    private static void take(
            Change change, Subscription subscription, Map<String, String> proxy, boolean refuses) {
        if (change.isEmpty()) {
            return;
        }
        subscription.sent(change);
        if (refuses && change.changed().size() > 1) {
            subscription.suspect(change);
            return;
        }
        change.changed().forEach(resource -> proxy.put(resource.name(), resource.version()));
        change.removed().forEach(proxy::remove);
    }

    private static Gate half(SplittableRandom random) {
        return new Gate() {
            @Override
            public boolean mayRemove(String name) {
                return random.nextBoolean();
            }

            @Override
            public boolean maySend(XdsResource resource, boolean isNew) {
                return random.nextBoolean();
            }
        };
    }

    private static String name(int number) {
        return "r" + number;
    }

    private static XdsResource resource(String name, int version) {
        return new XdsResource(
                ResourceType.CLUSTER,
                name,
                Integer.toString(version),
                Any.newBuilder().setValue(ByteString.copyFrom(new byte[BYTES])).build());
    }
}
