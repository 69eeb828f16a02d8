package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.LbPolicy;
import io.meltemi.proxy.decide.route.XxHash64;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A table as Maglev fills it (Eisenbud et al., NSDI 2016, listing 1), endpoints in the order of
/// their keys as in Envoy. Immutable.
final class MaglevTable implements HashTable {
    private final Endpoint[] endpoints;
    private final int[] table;

    MaglevTable(NormalizedHosts hosts, LbPolicy.Maglev policy) {
        List<Endpoint> given = hosts.endpoints();
        int n = given.size();
        int size = policy.tableSize();
        byte[][] keys = new byte[n][];
        for (int i = 0; i < n; i++) {
            keys[i] =
                    NormalizedHosts.key(given.get(i), policy.hashing().byHostname())
                            .getBytes(StandardCharsets.UTF_8);
        }
        int[] order =
                IntStream.range(0, n)
                        .boxed()
                        .sorted(Comparator.comparing(i -> keys[i], Arrays::compareUnsigned))
                        .mapToInt(Integer::intValue)
                        .toArray();
        endpoints = given.toArray(Endpoint[]::new);
        table = n == 0 ? new int[0] : fill(order, keys, hosts, size);
    }

    private static int[] fill(int[] order, byte[][] keys, NormalizedHosts hosts, int size) {
        int n = order.length;
        long[] offset = new long[n];
        long[] skip = new long[n];
        for (int i = 0; i < n; i++) {
            byte[] key = keys[order[i]];
            offset[i] = Long.remainderUnsigned(XxHash64.hash(key), size);
            skip[i] = Long.remainderUnsigned(XxHash64.hash(key, 1), size - 1) + 1;
        }
        int[] table = new int[size];
        Arrays.fill(table, -1);
        long[] next = new long[n];
        double[] target = new double[n];
        int filled = 0;
        for (int round = 1; filled < size; round++) {
            for (int i = 0; i < n && filled < size; i++) {
                if (round * hosts.weights()[order[i]] < target[i]) {
                    continue;
                }
                target[i] += hosts.most();
                int at;
                do {
                    at = (int) ((offset[i] + skip[i] * next[i]++) % size);
                } while (table[at] >= 0);
                table[at] = order[i];
                filled++;
            }
        }
        return table;
    }

    @Override
    public @Nullable Endpoint find(long hash, int attempt) {
        if (table.length == 0) {
            return null;
        }
        // Envoy: other attempts change many bits of the hash.
        long mine = attempt == 0 ? hash : hash ^ -attempt;
        return endpoints[table[(int) Long.remainderUnsigned(mine, table.length)]];
    }
}
