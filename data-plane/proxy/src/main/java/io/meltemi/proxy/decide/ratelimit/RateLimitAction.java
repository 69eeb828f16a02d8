package io.meltemi.proxy.decide.ratelimit;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.match.MetadataMatch;
import io.meltemi.proxy.decide.match.QueryMatch;
import io.meltemi.proxy.decide.ratelimit.RateLimitPolicy.Entry;
import io.meltemi.proxy.decide.rewrite.HeaderTemplate;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.observe.AddressText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes one entry of a rate limit descriptor. Immutable.
public sealed interface RateLimitAction {
    /// @return false when there is no value and the whole descriptor must be dropped
    boolean append(RequestFacts facts, String localCluster, List<Entry> entries);

    record SourceCluster() implements RateLimitAction {
        @Override
        public boolean append(RequestFacts facts, String localCluster, List<Entry> entries) {
            entries.add(new Entry("source_cluster", localCluster));
            return true;
        }
    }

    record DestinationCluster() implements RateLimitAction {
        @Override
        public boolean append(RequestFacts facts, String localCluster, List<Entry> entries) {
            String cluster = facts.upstreamCluster();
            if (cluster == null) {
                return false;
            }
            entries.add(new Entry("destination_cluster", cluster));
            return true;
        }
    }

    record RequestHeader(String name, String key, boolean skipIfAbsent) implements RateLimitAction {
        @Override
        public boolean append(RequestFacts facts, String localCluster, List<Entry> entries) {
            String value = HeaderMatch.joined(facts.requestHeaders(), name);
            if (value == null) {
                return skipIfAbsent;
            }
            entries.add(new Entry(key, value));
            return true;
        }
    }

    record QueryParameter(String name, String key, boolean skipIfAbsent)
            implements RateLimitAction {
        @Override
        public boolean append(RequestFacts facts, String localCluster, List<Entry> entries) {
            String path = facts.requestHeaders().get(":path");
            String value = path == null ? null : QueryMatch.value(path, name);
            if (value == null) {
                return skipIfAbsent;
            }
            entries.add(new Entry(key, value));
            return true;
        }
    }

    record RemoteAddress() implements RateLimitAction {
        @Override
        public boolean append(RequestFacts facts, String localCluster, List<Entry> entries) {
            entries.add(
                    new Entry(
                            "remote_address",
                            HeaderTemplate.address(facts.downstreamRemoteAddress())));
            return true;
        }
    }

    /// The address with only its first bits left.
    record MaskedRemoteAddress(int ipv4Bits, int ipv6Bits) implements RateLimitAction {
        @Override
        public boolean append(RequestFacts facts, String localCluster, List<Entry> entries) {
            InetAddress address = facts.downstreamRemoteAddress().getAddress();
            if (address == null) {
                return true;
            }
            byte[] bytes = address.getAddress();
            int bits = bytes.length == 4 ? ipv4Bits : ipv6Bits;
            for (int i = 0; i < bytes.length; i++) {
                int kept = Math.clamp(bits - 8L * i, 0, 8);
                bytes[i] &= (byte) (0xFF << (8 - kept));
            }
            entries.add(new Entry("masked_remote_address", text(bytes) + '/' + bits));
            return true;
        }

        private static String text(byte[] bytes) {
            try {
                return AddressText.of(new InetSocketAddress(InetAddress.getByAddress(bytes), 0))
                        .ip();
            } catch (UnknownHostException e) {
                throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
            }
        }
    }

    record QueryValueMatch(String key, String value, boolean expectMatch, List<QueryMatch> queries)
            implements RateLimitAction {
        public QueryValueMatch {
            queries = List.copyOf(queries);
        }

        @Override
        public boolean append(RequestFacts facts, String localCluster, List<Entry> entries) {
            String path = facts.requestHeaders().get(":path");
            if (QueryMatch.allMatch(queries, path == null ? "" : path) != expectMatch) {
                return false;
            }
            entries.add(new Entry(key, value));
            return true;
        }
    }

    record GenericKey(String key, String value) implements RateLimitAction {
        @Override
        public boolean append(RequestFacts facts, String localCluster, List<Entry> entries) {
            entries.add(new Entry(key, value));
            return true;
        }
    }

    record HeaderValueMatch(
            String key, String value, boolean expectMatch, List<HeaderMatch> headers)
            implements RateLimitAction {
        public HeaderValueMatch {
            headers = List.copyOf(headers);
        }

        @Override
        public boolean append(RequestFacts facts, String localCluster, List<Entry> entries) {
            if (HeaderMatch.allMatch(headers, facts.requestHeaders()) != expectMatch) {
                return false;
            }
            entries.add(new Entry(key, value));
            return true;
        }
    }

    /// @param fromRoute whether the route's own metadata is read, not what filters noted
    /// @param fallback used when there is no value; null: none
    record Metadata(
            String key,
            String namespace,
            List<String> path,
            boolean fromRoute,
            @Nullable String fallback,
            boolean skipIfAbsent)
            implements RateLimitAction {
        public Metadata {
            path = List.copyOf(path);
        }

        @Override
        public boolean append(RequestFacts facts, String localCluster, List<Entry> entries) {
            Route route = facts.route();
            Object tree =
                    fromRoute
                            ? (route == null ? null : route.metadata().get(namespace))
                            : facts.dynamicMetadata(namespace);
            Object found = MetadataMatch.lookUp(tree, path);
            String value = found instanceof String text && !text.isEmpty() ? text : fallback;
            if (value == null) {
                return skipIfAbsent;
            }
            entries.add(new Entry(key, value));
            return true;
        }
    }
}
