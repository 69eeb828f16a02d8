package io.meltemi.proxy.cluster.balance;

/// Earliest deadline first: picks indices in proportion to their weights, evenly interleaved.
/// Confined to its event loop. `HOT`.
///
/// A weight is asked for anew whenever its index was picked, so that weights may change with time.
final class Edf {
    private final double[] deadlines;
    private final int[] heap;
    private final Weights weights;

    /// The weights of indices, all above 0.
    @FunctionalInterface
    interface Weights {
        double of(int index);
    }

    Edf(double[] weights, int skip) {
        this(weights.length, index -> weights[index], skip);
    }

    Edf(int n, Weights weights, int skip) {
        this.weights = weights;
        deadlines = new double[n];
        heap = new int[n];
        for (int i = 0; i < n; i++) {
            heap[i] = i;
            deadlines[i] = 1.0 / weights.of(i);
        }
        for (int i = n / 2 - 1; i >= 0; i--) {
            down(i);
        }
        // Workers start at different places, so that they do not all begin with the same endpoint.
        for (int i = 0; i < skip; i++) {
            pick();
        }
    }

    int pick() {
        int chosen = heap[0];
        deadlines[chosen] += 1.0 / weights.of(chosen);
        down(0);
        return chosen;
    }

    private void down(int from) {
        int at = from;
        int moving = heap[at];
        while (2 * at + 1 < heap.length) {
            int child = 2 * at + 1;
            if (child + 1 < heap.length && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], moving)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moving;
    }

    private boolean before(int a, int b) {
        return deadlines[a] < deadlines[b] || (deadlines[a] == deadlines[b] && a < b);
    }
}
