package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.Endpoint;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Chooses one of endpoints that are equally good. Confined to its event loop. `HOT`.
@SuppressWarnings("ArrayRecordComponent") // nobody compares pickers
sealed interface Picker {
    @Nullable Endpoint pick();

    /// Of none.
    record Nobody() implements Picker {
        @Override
        public @Nullable Endpoint pick() {
            return null;
        }
    }

    record AtRandom(Endpoint[] endpoints, SplittableRandom random) implements Picker {
        @Override
        public Endpoint pick() {
            return endpoints[random.nextInt(endpoints.length)];
        }
    }

    /// One after the other.
    final class InTurn implements Picker {
        private final Endpoint[] endpoints;
        private int next;

        InTurn(Endpoint[] endpoints, int first) {
            this.endpoints = endpoints;
            this.next = first;
        }

        @Override
        public Endpoint pick() {
            Endpoint chosen = endpoints[next];
            next = next + 1 == endpoints.length ? 0 : next + 1;
            return chosen;
        }
    }

    /// The least busy of some taken at random.
    record LeastRequest(Endpoint[] endpoints, int choices, SplittableRandom random)
            implements Picker {
        @Override
        public Endpoint pick() {
            int n = endpoints.length;
            if (n == 1) {
                return endpoints[0];
            }
            Endpoint least = endpoints[random.nextInt(n)];
            for (int i = 1; i < choices; i++) {
                Endpoint other = endpoints[random.nextInt(n)];
                if (other.activeRequests() < least.activeRequests()) {
                    least = other;
                }
            }
            return least;
        }
    }

    /// The least busy of all; chance decides among equals.
    record LeastRequestOfAll(Endpoint[] endpoints, SplittableRandom random) implements Picker {
        @Override
        public Endpoint pick() {
            Endpoint least = endpoints[0];
            int fewest = least.activeRequests();
            int equals = 1;
            for (int i = 1; i < endpoints.length; i++) {
                int active = endpoints[i].activeRequests();
                if (active < fewest) {
                    least = endpoints[i];
                    fewest = active;
                    equals = 1;
                } else if (active == fewest && random.nextInt(++equals) == 0) {
                    least = endpoints[i];
                }
            }
            return least;
        }
    }

    record Weighted(Endpoint[] endpoints, Edf order) implements Picker {
        @Override
        public Endpoint pick() {
            return endpoints[order.pick()];
        }
    }
}
