package io.meltemi.proxy.cluster.balance;

/// The 32-bit Mersenne Twister of C++'s standard library: Envoy's choice where a hash must lead to
/// the same numbers everywhere. Confined to one thread.
final class MersenneTwister {
    private static final int N = 624;
    private static final int M = 397;

    private final int[] state = new int[N];
    private int at = N;

    MersenneTwister(int seed) {
        state[0] = seed;
        for (int i = 1; i < N; i++) {
            state[i] = 1_812_433_253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /// 0 to 2^32 - 1.
    long next() {
        if (at == N) {
            twist();
        }
        int y = state[at++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        y ^= y >>> 18;
        return y & 0xFFFFFFFFL;
    }

    private void twist() {
        for (int i = 0; i < N; i++) {
            int y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
            state[i] = state[(i + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
        }
        at = 0;
    }

    /// 0 to `bound - 1`, each equally often.
    int below(int bound) {
        long step = (1L << 32) / bound;
        long chosen;
        do {
            chosen = next() / step;
        } while (chosen >= bound);
        return (int) chosen;
    }
}
