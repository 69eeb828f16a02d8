package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.ClusterSettings;
import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.RequestRewrite;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.decide.route.RouteAction;
import io.meltemi.proxy.decide.route.RouteEntry;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.decide.route.VirtualHost;
import io.meltemi.proxy.filter.HttpFilterChain.Named;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One request's way through a connection manager, without any traffic: what [HttpExchange] does up
/// to its cluster, by the same rules, routes and filters, with a log of why. Confined to one
/// thread.
///
/// Where chance decides it takes what most requests see: of weighted clusters the heaviest.
public final class ExplainedExchange {
    private final HttpSettings settings;
    private final HttpConnection.Facts connection;
    private final Function<String, @Nullable ClusterSettings> clusters;
    private final DecisionLog log;
    private final ExplainedStream stream;
    private @Nullable RouteSource routes;
    private @Nullable RouteTable table;
    private @Nullable Route route;
    private @Nullable RouteEntry entry;

    /// What becomes of the request here.
    public sealed interface End {
        /// @param by the filter that answers; empty: the connection manager, or the route
        record Answered(LocalReply reply, String by) implements End {}

        /// The request, as it is now, goes to a cluster that is there.
        record Forwarded(Forwarding forwarding, String cluster) implements End {}
    }

    /// @param connection its channel lends its event loop, nothing more
    /// @param clusters those that are there; null: it is not
    public ExplainedExchange(
            HttpSettings settings,
            HttpConnection.Facts connection,
            HeaderMap request,
            Function<String, @Nullable ClusterSettings> clusters,
            DecisionLog log) {
        this.settings = settings;
        this.connection = connection;
        this.clusters = clusters;
        this.log = log;
        this.stream = new ExplainedStream(this, connection, request);
    }

    /// The request as it stands: changed by what was done so far.
    public HeaderMap request() {
        return stream.requestHeaders();
    }

    /// The line of its virtual host that was taken, or null.
    public @Nullable RouteEntry entry() {
        return entry;
    }

    public @Nullable Route route() {
        return route;
    }

    /// What filters noted under a name, or null.
    public @Nullable Object metadata(String namespace) {
        return stream.dynamicMetadata(namespace);
    }

    /// Decides about the request; once.
    public End decide() {
        HeaderMap request = request();
        LocalReply refusal =
                RequestPreparation.refusal(
                        request, settings, connection.localAddress(), connection.remoteAddress());
        if (refusal != null) {
            return new End.Answered(refusal, "");
        }
        stream.record().downstreamRemoteAddress =
                RequestHeaders.prepare(request, settings, connection.record(), connection.peer());
        enterScope();
        if (table != null && table.removeInternalHeaders(request)) {
            enterScope();
        }
        chooseRoute();
        if (!Tunnels.areAllowed(request, settings, route)) {
            return new End.Answered(LocalReplies.UPGRADE_FAILED, "");
        }
        End.Answered answered = askFilters(stream.takingPart(settings.filters().current()));
        return answered == null ? act() : answered;
    }

    private End.@Nullable Answered askFilters(List<Named> filters) {
        for (Named each : filters) {
            switch (each.filter().foretell(stream, log)) {
                case CONTINUE, ANSWERED -> {}
                case PAUSE -> log.note("filter", each.name(), true, "waits for somebody else");
                // There is no body, and that is known at once.
                case AWAIT_BODY -> each.filter().onRequestBody(stream);
            }
            LocalReply reply = stream.reply();
            if (reply != null) {
                return new End.Answered(reply, each.name());
            }
        }
        return null;
    }

    private void enterScope() {
        RouteSource now = settings.routes().scope(request());
        if (now == null) {
            routes = null;
            table = null;
        } else if (!now.equals(routes)) {
            routes = now;
            table = now.get();
        }
    }

    void selectRoute() {
        enterScope();
        chooseRoute();
    }

    private void chooseRoute() {
        RouteTable known = table;
        route = known == null ? null : known.select(request(), stream, 0, log);
        entry = null;
        Route first = route;
        VirtualHost host = known == null || first == null ? null : known.virtualHost(request());
        if (host != null) {
            host.routes().stream()
                    .filter(each -> each.targets().contains(first))
                    .findFirst()
                    .ifPresent(this::takeHeaviest);
        }
        String cluster = route == null ? null : ClusterWait.named(route.action(), request());
        stream.cluster(cluster == null ? null : clusters.apply(cluster));
    }

    private void takeHeaviest(RouteEntry found) {
        entry = found;
        int most = 0;
        for (int i = 1; i < found.targets().size(); i++) {
            most = found.weight(i) > found.weight(most) ? i : most;
        }
        route = found.targets().get(most);
    }

    private End act() {
        Route chosen = route;
        if (chosen == null) {
            return new End.Answered(LocalReplies.NO_ROUTE, "");
        }
        HeaderMap request = request();
        return switch (chosen.action()) {
            case RouteAction.DirectResponse direct ->
                    new End.Answered(
                            LocalReplies.located(direct.reply(), direct.location(request)), "");
            case RouteAction.Redirect redirect ->
                    new End.Answered(
                            LocalReplies.redirect(
                                    redirect.status(), redirect.location(request, chosen.match())),
                            "");
            case RouteAction.ToTls tls ->
                    new End.Answered(LocalReplies.redirect(301, tls.location(request)), "");
            case RouteAction.ToCluster(_, Forwarding forwarding) -> forward(chosen, forwarding);
            case RouteAction.ToClusterHeader(_, Forwarding forwarding) ->
                    forward(chosen, forwarding);
        };
    }

    private End forward(Route chosen, Forwarding forwarding) {
        ClusterSettings found = stream.cluster();
        if (found == null) {
            return new End.Answered(LocalReplies.noCluster(forwarding.clusterNotFoundStatus()), "");
        }
        RequestRewrite.apply(chosen, request(), stream, !settings.suppressEnvoyHeaders());
        return new End.Forwarded(forwarding, found.name());
    }

    /// No endpoint takes the request.
    public static LocalReply noHealthyUpstream() {
        return LocalReplies.NO_HEALTHY_UPSTREAM;
    }
}
