package io.meltemi.proxy.xds;

import io.meltemi.xds.client.Dialect;
import java.nio.file.Path;
import java.util.Map;

/// A place configuration comes from, as a `ConfigSource` names it. Immutable.
public sealed interface XdsSource {
    /// The one stream of the bootstrap's `ads_config`.
    record Ads() implements XdsSource {}

    /// A stream of its own to a cluster of the bootstrap.
    ///
    /// @param isNodeSentOnce `set_node_on_first_message_only`
    /// @param metadata headers of the call (`initial_metadata`)
    record Grpc(
            String cluster, Dialect dialect, boolean isNodeSentOnce, Map<String, String> metadata)
            implements XdsSource {
        public Grpc {
            metadata = Map.copyOf(metadata);
        }
    }

    /// A file with a `DiscoveryResponse`.
    ///
    /// @param watched the directory in which something is moved into place when the file is to be
    ///   read again; the empty path: the file itself is moved
    record File(Path path, Path watched) implements XdsSource {}
}
