package io.meltemi.proxy.health;

import com.google.protobuf.ByteString;
import io.meltemi.proxy.decide.match.StringMatch;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an endpoint is asked, and which answer is right. Immutable.
public sealed interface Probing {
    /// A request whose response has the right status, and body.
    ///
    /// @param host what it is called unless the endpoint has a name of its own; empty: the
    ///   cluster's name
    /// @param send the body; empty for none
    /// @param receive what must be in the body, in this order
    /// @param bodyBytes how much of the body is looked at
    /// @param expected statuses that are right
    /// @param retriable statuses that are wrong only when they come often enough
    /// @param service who must have answered; null: anybody
    record Http(
            String host,
            String path,
            String method,
            ByteString send,
            List<ByteString> receive,
            int bodyBytes,
            HeaderMutations headers,
            List<StatusRange> expected,
            List<StatusRange> retriable,
            boolean http2,
            @Nullable StringMatch service)
            implements Probing {
        public Http {
            receive = List.copyOf(receive);
            expected = List.copyOf(expected);
            retriable = List.copyOf(retriable);
        }
    }

    /// A connection, or what comes back over it.
    ///
    /// @param send empty for nothing
    /// @param receive what must come, in this order; empty: a connection is enough
    record Tcp(ByteString send, List<ByteString> receive) implements Probing {
        public Tcp {
            receive = List.copyOf(receive);
        }
    }

    /// `grpc.health.v1.Health/Check` says SERVING.
    ///
    /// @param service empty: of the server as a whole
    /// @param authority as `host` of HTTP
    record Grpc(String service, String authority, HeaderMutations metadata) implements Probing {}

    /// Statuses from (inclusive) to (exclusive). Immutable.
    record StatusRange(int from, int to) {
        static boolean contains(List<StatusRange> ranges, int status) {
            for (StatusRange range : ranges) {
                if (status >= range.from && status < range.to) {
                    return true;
                }
            }
            return false;
        }
    }
}
