package io.meltemi.proxy.explain;

import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.decide.route.RouteEntry;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.tcp.TcpSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One proxy's part in a request, told. Immutable.
///
/// @param listener its name
/// @param chain the filter chain's name; may be empty
/// @param decisions what was looked at, in order
/// @param entry the line of its virtual host that was taken; null: none
/// @param route the destination of it that was followed; null: none
/// @param request as it stands at the end
/// @param claims what a good token said, or empty
public record Hop(
        String listener,
        String chain,
        List<DecisionLog.Entry> decisions,
        @Nullable RouteEntry entry,
        @Nullable Route route,
        HeaderMap request,
        Map<String, Object> claims,
        End end) {
    public Hop {
        decisions = List.copyOf(decisions);
        claims = Map.copyOf(claims);
    }

    /// Where it ends here.
    public sealed interface End {
        /// The connection is not served.
        record Refused(String why) implements End {}

        /// The proxy answers.
        ///
        /// @param by the filter that does; empty: the connection manager, the route or the router
        record Answered(LocalReply reply, String by) implements End {}

        /// It goes to an endpoint of a cluster.
        ///
        /// @param endpoint one that may be chosen; null where it is found while traffic flows
        record Forwarded(String cluster, Forwarding forwarding, @Nullable Endpoint endpoint)
                implements End {}

        /// The connection is passed on, and nobody looks into it.
        record Connected(List<TcpSettings.Target> targets) implements End {
            public Connected {
                targets = List.copyOf(targets);
            }
        }
    }
}
