package io.meltemi.xds.server;

import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One request of a proxy on a discovery stream, in either dialect of xDS. Immutable.
///
/// @param node on the first request of a stream at least
/// @param nonce of the response this answers; empty when it answers none
/// @param refusal the proxy's words when it refuses that response
record Ask(
        Optional<Node> node,
        String typeUrl,
        Interest interest,
        String nonce,
        Optional<String> refusal) {

    /// Which resources the proxy wants from now on.
    sealed interface Interest {
        /// How many names are in it; streams that name too many are ended.
        int size();

        /// Whether the proxy says what it has from an earlier stream.
        default boolean bringsVersions() {
            return false;
        }

        /// Delta: what changes.
        ///
        /// @param versions what the proxy still has from an earlier stream
        record Change(
                List<String> subscribed, List<String> unsubscribed, Map<String, String> versions)
                implements Interest {
            @Override
            public int size() {
                return Math.max(subscribed.size(), versions.size());
            }

            @Override
            public boolean bringsVersions() {
                return !versions.isEmpty();
            }
        }

        /// State of the world: all names.
        record Whole(Set<String> names) implements Interest {
            @Override
            public int size() {
                return names.size();
            }
        }
    }
}
