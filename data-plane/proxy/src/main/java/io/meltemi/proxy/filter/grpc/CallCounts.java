package io.meltemi.proxy.filter.grpc;

import io.meltemi.proxy.filter.FilterStats;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Counters of calls by cluster and method, `cluster.NAME.grpc.SERVICE.METHOD.success`.
/// Thread-safe.
///
/// What is called is known only from requests, so that counters are made when a method is first
/// seen, and looked up by its path afterwards.
public final class CallCounts {
    /// Paths are the client's: beyond this many they cost a look-up by name each.
    private static final int MOST_KEPT = 10_000;

    private final FilterStats stats;
    private final String kind;
    private final Map<String, Map<String, OfMethod>> byCluster = new ConcurrentHashMap<>();

    /// @param stats of whole names
    /// @param kind `grpc` or `grpc-web`
    public CallCounts(FilterStats stats, String kind) {
        this.stats = stats;
        this.kind = kind;
    }

    /// The counters of a method.
    ///
    /// @param cluster the cluster's name in statistics
    /// @param key what calls of the same method have in common
    /// @param method null: those that are counted together
    public OfMethod of(String cluster, String key, @Nullable GrpcMethod method) {
        Map<String, OfMethod> known =
                byCluster.computeIfAbsent(cluster, _ -> new ConcurrentHashMap<>());
        OfMethod counts = known.get(key);
        if (counts == null) {
            String call = method == null ? "" : method.service() + '.' + method.method() + '.';
            counts = new OfMethod(stats, "cluster." + cluster + '.' + kind + '.' + call);
            if (known.size() < MOST_KEPT) {
                known.put(key, counts);
            }
        }
        return counts;
    }

    /// The counters of one method on one cluster. Thread-safe.
    public static final class OfMethod {
        private final FilterStats stats;
        private final String prefix;

        private OfMethod(FilterStats stats, String prefix) {
            this.stats = stats;
            this.prefix = prefix;
        }

        /// A call is over.
        ///
        /// @param status `grpc-status`; null: counted when the trailers bring it
        public void ended(@Nullable String status) {
            if (status != null) {
                count(status);
                count("total");
                count(status.equals("0") ? "success" : "failure");
            }
        }

        public void requestMessages(int messages) {
            count("request_message_count", messages);
        }

        public void responseMessages(int messages) {
            count("response_message_count", messages);
        }

        private void count(String name, int times) {
            if (times > 0) {
                stats.counter(prefix + name).add(times);
            }
        }

        private void count(String name) {
            count(name, 1);
        }
    }
}
